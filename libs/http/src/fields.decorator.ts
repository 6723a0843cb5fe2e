import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** What every field can say. */
export interface FieldOptions {
  readonly description?: string;
  /** May be left out. Default false. */
  readonly optional?: boolean;
  /** May be null. Default false. */
  readonly nullable?: boolean;
  readonly example?: unknown;
}

/** How a field is filled from JSON or from a query. */
export interface FieldShape {
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** Class of the object, or of each object of a list. Default none. */
  readonly of?: () => Class;
  /** Whether it is a list. Default false. */
  readonly list?: boolean;
  /** Whether it is a number, which a query writes in digits. Default false. */
  readonly number?: boolean;
  /** The decorator of the same field where it may be left out. */
  readonly asOptional: PropertyDecorator;
}

// control characters, and what ends a line or turns the direction of a text around (Unicode TR 36 §2)
const ONE_LINE = /^[^\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]*$/u;

/** Most items of a list in a body, unless a field says otherwise: each can cost a statement. */
const MAX_ITEMS = 200;

const shapes = new WeakMap<object, Map<string, FieldShape>>();

/** The fields of a class and of those that it extends, theirs first; empty for a class without fields. */
export function fieldsOf(type: Class): ReadonlyMap<string, FieldShape> {
  const own = (prototype: object | null): [string, FieldShape][] =>
    prototype ? [...own(Object.getPrototypeOf(prototype)), ...(shapes.get(prototype) ?? [])] : [];
  return new Map(own(type.prototype));
}

/**
 * Returns a class with the fields of another, each of which may be left out: the body of a change.
 *
 * ```ts
 * class DocumentChangesBody extends ChangesOf(NewDocumentBody, ['dataset_id']) {}
 * ```
 *
 * @param fixed fields that cannot be changed. Default none.
 */
export function ChangesOf<Body extends object, Fixed extends keyof Body & string = never>(
  type: Class<Body>,
  fixed: readonly Fixed[] = [],
): Class<Partial<Omit<Body, Fixed>>> {
  class Changing {}
  for (const [name, { asOptional }] of fieldsOf(type))
    if (!(fixed as readonly string[]).includes(name)) asOptional(Changing.prototype, name);
  return Changing as Class<Partial<Omit<Body, Fixed>>>;
}

function registered(shape: FieldShape): PropertyDecorator {
  return (prototype, name) => {
    const known = shapes.get(prototype) ?? new Map<string, FieldShape>();
    shapes.set(prototype, known.set(String(name), shape));
  };
}

function field(
  options: FieldOptions,
  schema: Record<string, unknown>,
  rules: PropertyDecorator[],
  shape: Omit<FieldShape, 'optional' | 'asOptional'> = {},
): PropertyDecorator {
  const { optional, nullable, description, example } = options;
  const documented = {
    ...schema,
    ...(nullable && { nullable: true }),
    required: !optional,
    ...(description && { description }),
    ...(example !== undefined && { example }),
  };
  // null and "left out" are different things: a field that may be left out may not be null unless it says so
  const skips = (value: unknown) => (optional && value === undefined) || (nullable && value === null);
  return applyDecorators(
    registered({
      ...shape,
      optional: optional ?? false,
      asOptional: (prototype, name) => field({ ...options, optional: true }, schema, rules, shape)(prototype, name),
    }),
    ApiProperty(documented as ApiPropertyOptions),
    ...(optional || nullable ? [ValidateIf((_, value) => !skips(value))] : []),
    ...rules,
  );
}

/** A text of `min` (default 1) to `max` characters that is not only white space, unless `min` is 0. */
export function Text(
  options: FieldOptions & {
    readonly max: number;
    readonly min?: number;
    readonly pattern?: RegExp;
    /** What the pattern asks for, for people: "a color as #rrggbb". Default the pattern itself. */
    readonly form?: string;
    /** Whether it may have several lines, as prose and passwords may. Default false: names land in mails, headers and logs. */
    readonly multiline?: boolean;
  },
): PropertyDecorator {
  const { max, min = 1, pattern, form, multiline = false } = options;
  const size = min > 0 ? `${min} to ${max} characters` : `at most ${max} characters`;
  return field(
    options,
    { type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) },
    [
      IsString({ message: 'must be a text' }),
      Length(min, max, { message: `must have ${size}` }),
      ...(min > 0 ? [Matches(/\S/, { message: 'must not be blank' })] : []),
      ...(multiline ? [] : [Matches(ONE_LINE, { message: 'must be one line without control characters' })]),
      ...(pattern ? [Matches(pattern, { message: `must be ${form ?? `of the form ${pattern.source}`}` })] : []),
    ],
  );
}

/** A UUID in lower case, the only spelling the API knows. */
export function Uuid(options: FieldOptions = {}): PropertyDecorator {
  const message = 'must be a UUID in lower case';
  return field(options, { type: 'string', format: 'uuid' }, [
    Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { message }),
  ]);
}

/** One of a closed set of texts. */
export function Choice(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  const message = `must be one of ${values.join(', ')}`;
  return field(options, { type: 'string', enum: [...values] }, [IsIn(values, { message })]);
}

/** A whole number from `min` to `max`; in a query, written in digits. */
export function Integer(options: FieldOptions & { readonly min: number; readonly max: number }): PropertyDecorator {
  const { min, max } = options;
  const message = `must be a whole number from ${min} to ${max}`;
  return field(
    options,
    { type: 'integer', minimum: min, maximum: max },
    [IsInt({ message }), Min(min, { message }), Max(max, { message })],
    { number: true },
  );
}

/** One of a closed set of whole numbers. */
export function Numbers(values: readonly number[], options: FieldOptions = {}): PropertyDecorator {
  const message = `must be one of ${values.join(', ')}`;
  return field(options, { type: 'integer', enum: [...values] }, [IsInt({ message }), IsIn(values, { message })], {
    number: true,
  });
}

/** True or false. */
export function Bool(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'boolean' }, [IsBoolean({ message: 'must be true or false' })]);
}

/** A moment in UTC, RFC 3339; for answers. */
export function DateTime(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', format: 'date-time' }, []);
}

/**
 * Texts of a list.
 *
 * @param options.of the closed set that each is of; default any text, for answers.
 * @param options.most most items; default 200.
 */
export function StringArray(
  options: FieldOptions & { readonly of?: readonly string[]; readonly most?: number } = {},
): PropertyDecorator {
  const { of, most = MAX_ITEMS } = options;
  const each = of ? `each must be one of ${of.join(', ')}` : 'each must be a text';
  const items = { type: 'string', ...(of && { enum: [...of] }) };
  return field(
    options,
    { type: 'array', items, maxItems: most },
    [
      ...listOf(most),
      IsString({ each: true, message: each }),
      ...(of ? [IsIn(of, { each: true, message: each })] : []),
    ],
    { list: true },
  );
}

/** An object of whatever form. */
export function Json(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'object', additionalProperties: true }, [IsObject({ message: 'must be an object' })]);
}

/**
 * An object, or a list of objects, of another class.
 *
 * @param options.list whether it is a list; default false.
 * @param options.most most items of the list; default 200.
 */
export function Nested(
  of: () => Class,
  options: FieldOptions & { readonly list?: boolean; readonly most?: number } = {},
): PropertyDecorator {
  const { list = false, most = MAX_ITEMS } = options;
  // by its name @nestjs/swagger tells a function that gives a class from a class
  const type = () => of();
  const message = list ? 'each must be an object' : 'must be an object';
  return field(
    options,
    { type, isArray: list, ...(list && { maxItems: most }) },
    [...(list ? listOf(most) : []), ValidateNested({ each: list, message })],
    { of, list },
  );
}

function listOf(most: number): PropertyDecorator[] {
  return [IsArray({ message: 'must be a list' }), ArrayMaxSize(most, { message: `must have at most ${most} items` })];
}
