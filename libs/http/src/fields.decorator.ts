import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
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

function field(
  { optional, nullable, description, example }: FieldOptions,
  schema: Record<string, unknown>,
  rules: PropertyDecorator[],
) {
  const type = nullable && typeof schema['type'] === 'string' ? { type: [schema['type'], 'null'] } : {};
  const choices = nullable && Array.isArray(schema['enum']) ? { enum: [...schema['enum'], null] } : {};
  const documented = {
    ...schema,
    ...type,
    ...choices,
    required: !optional,
    ...(description && { description }),
    ...(example !== undefined && { example }),
  };
  return applyDecorators(
    ApiProperty(documented as ApiPropertyOptions),
    // null and "left out" are different things: a field that may be left out may not be null unless it says so
    ...(optional && !nullable ? [ValidateIf((_, value) => value !== undefined)] : []),
    ...(nullable && !optional ? [ValidateIf((_, value) => value !== null)] : []),
    ...(nullable && optional ? [IsOptional()] : []),
    ...rules,
  );
}

/** A text of `min` (default 1) to `max` characters that is not only white space, unless `min` is 0. */
export function Text(
  options: FieldOptions & { readonly max: number; readonly min?: number; readonly pattern?: RegExp },
): PropertyDecorator {
  const { max, min = 1, pattern } = options;
  return field(
    options,
    { type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) },
    [
      IsString(),
      Length(min, max),
      ...(min > 0 ? [Matches(/\S/, { message: '$property must not be blank' })] : []),
      ...(pattern ? [Matches(pattern)] : []),
    ],
  );
}

/** A UUID in lower case, the only spelling the API knows. */
export function Uuid(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', format: 'uuid' }, [
    Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { message: '$property must be a UUID in lower case' }),
  ]);
}

/** One of a closed set of texts. */
export function Choice(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', enum: [...values] }, [IsIn(values)]);
}

/** A whole number from `min` to `max`; in a query, written in digits. */
export function Whole(options: FieldOptions & { readonly min: number; readonly max: number }): PropertyDecorator {
  const { min, max } = options;
  return field(options, { type: 'integer', minimum: min, maximum: max }, [
    Type(() => Number),
    IsInt(),
    Min(min),
    Max(max),
  ]);
}

/** One of a closed set of whole numbers. */
export function Numbers(values: readonly number[], options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'integer', enum: [...values] }, [IsInt(), IsIn(values)]);
}

/** True or false. */
export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'boolean' }, [IsBoolean()]);
}

/** A moment in UTC, RFC 3339; for answers. */
export function Moment(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', format: 'date-time' }, []);
}

/** Texts of a list. @param options.of the closed set that each is of; default any text, for answers. */
export function Texts(options: FieldOptions & { readonly of?: readonly string[] } = {}): PropertyDecorator {
  const { of } = options;
  return field(options, { type: 'array', items: { type: 'string', ...(of && { enum: [...of] }) } }, [
    IsArray(),
    IsString({ each: true }),
    ...(of ? [IsIn(of, { each: true })] : []),
  ]);
}

/** An object of whatever form. */
export function Json(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'object', additionalProperties: true }, [IsObject()]);
}

/** An object, or a list of objects, of another class. */
export function Nested(of: () => Class, options: FieldOptions & { readonly list?: boolean } = {}): PropertyDecorator {
  const { list = false } = options;
  // by its name @nestjs/swagger tells a function that gives a class from a class
  const type = () => of();
  return field(options, { type, isArray: list }, [
    Type(of),
    ValidateNested({ each: list }),
    ...(list ? [IsArray()] : []),
  ]);
}
