import { Body, Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from './http.errors.js';

@Injectable()
class SomeChangePipe implements PipeTransform<object, object> {
  transform(body: object): object {
    if (Object.values(body).some((value) => value !== undefined)) return body;
    throw new InvalidRequestError('This operation changes something. Give at least one field to change.');
  }
}

/** The body of a change, in which every field may be left out, but not all of them. */
export function Changes(): ParameterDecorator {
  return Body(SomeChangePipe);
}
