import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { isUuid } from '#libs/context';
import { InvalidRequestError } from './http.errors.js';

/**
 * Checks an id that came in a path.
 *
 * @throws {InvalidRequestError} where it is no UUID in lower case.
 *
 * @guard
 */
export function assertPathId(name: string, value: unknown): asserts value is string {
  if (!isUuid(value))
    throw new InvalidRequestError('The path does not have the form of this operation.', [
      { field: name, problem: 'must be a UUID in lower case' },
    ]);
}

@Injectable()
class PathIdPipe implements PipeTransform<unknown, string> {
  constructor(private readonly name: string) {}

  transform(value: unknown): string {
    assertPathId(this.name, value);
    return value;
  }
}

/** The id of that name in the path. */
export function PathId(name: string): ParameterDecorator {
  return Param(name, new PathIdPipe(name));
}
