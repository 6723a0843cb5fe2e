import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { InvalidRequestError } from './http.errors.js';

function flatten(errors: readonly ValidationError[], path = ''): { field: string; problem: string }[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => [
    ...Object.values(constraints).map((problem) => ({
      field: cut(`${path}${property}`),
      problem: problem.replace(property, cut(property)),
    })),
    ...flatten(children, `${path}${property}.`),
  ]);
}

/** A name that a client has made up can be as long as a body. */
function cut(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}

/** Checks bodies and queries against their classes; unknown fields are refused, and every problem is told at once. */
export function strictValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) =>
      new InvalidRequestError('Some fields are not as the API describes them.', flatten(errors)),
  });
}
