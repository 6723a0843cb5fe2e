import { type ArgumentMetadata, Injectable, type PipeTransform, type Type as Class } from '@nestjs/common';
import { type ValidationError, validateSync } from 'class-validator';
import { scrubText } from '#libs/telemetry';
import { type FieldShape, fieldsOf } from './fields.decorator.js';
import { type FieldProblem, InvalidRequestError } from './http.errors.js';

type Place = 'body' | 'query';
type Fields = Record<string, unknown>;

const MESSAGE = 'Some fields are not as the API describes them.';

/**
 * Checks bodies and queries against their classes and gives instances of those. What a class does not have is refused by its name
 * and never looked into; every problem is told at once.
 */
@Injectable()
export class StrictValidationPipe implements PipeTransform {
  /** @throws {InvalidRequestError} listing the fields that are wrong */
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' && type !== 'query') return value;
    const fields = metatype ? fieldsOf(metatype) : new Map();
    // bytes as they came, for what is signed
    if (!metatype || metatype === Buffer) return value;
    if (!fields.size)
      throw new Error(`The class ${metatype.name} has no fields. Declare them with @Text and its like.`);
    const problems: FieldProblem[] = [];
    const read = readInto(metatype, value ?? {}, type, [], problems);
    const told = new Set(problems.map(({ field }) => field));
    if (read instanceof metatype)
      problems.push(...flatten(validateSync(read, VALIDATION), [], type).filter(({ field }) => !told.has(field)));
    if (problems.length) throw new InvalidRequestError(MESSAGE, problems);
    return read;
  }
}

const VALIDATION = { stopAtFirstError: true, validationError: { target: false, value: false } } as const;

/** An instance of a class with the fields of a value; what cannot be one, and what it lacks or has too much, is told. */
function readInto(
  type: Class,
  value: unknown,
  place: Place,
  path: readonly string[],
  problems: FieldProblem[],
): unknown {
  if (!isObject(value)) {
    problems.push(problemAt(path, place, 'must be an object'));
    return value;
  }
  const fields = fieldsOf(type);
  // by name alone: what nobody asked for is not looked into
  for (const name of Object.keys(value))
    if (!fields.has(name)) problems.push(problemAt([...path, name], place, 'is not a field of this operation'));
  const instance = new type() as Fields;
  for (const [name, shape] of fields) {
    const given = value[name];
    if (given === undefined && !shape.optional) problems.push(problemAt([...path, name], place, 'is required'));
    if (given !== undefined) instance[name] = readField(shape, given, place, [...path, name], problems);
  }
  return instance;
}

function readField(
  { of, list, number }: FieldShape,
  given: unknown,
  place: Place,
  path: readonly string[],
  problems: FieldProblem[],
): unknown {
  if (number && place === 'query')
    return typeof given === 'string' && /^-?\d{1,15}$/.test(given) ? Number(given) : given;
  if (!of || given === null) return given;
  if (!list) return readInto(of(), given, place, path, problems);
  if (!Array.isArray(given)) return given;
  return given.map((item, index) => readInto(of(), item, place, [...path, String(index)], problems));
}

function flatten(errors: readonly ValidationError[], path: readonly string[], place: Place): FieldProblem[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const here = [...path, property];
    const own = Object.values(constraints).map((problem) => problemAt(here, place, problem));
    return [...own, ...flatten(children, here, place)];
  });
}

function problemAt(path: readonly string[], place: Place, problem: string): FieldProblem {
  const names = path.map(cut);
  const field = names.join('.') || 'body';
  return { field, problem, ...(place === 'body' && { pointer: pointerTo(names) }) };
}

/** A JSON Pointer as the fragment of a URI (RFC 6901 §6). */
function pointerTo(path: readonly string[]): string {
  return `#${path.map((name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;
}

/** A name that a client has made up can be as long as a body, and hold what must not be repeated. */
function cut(name: string): string {
  return scrubText(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
