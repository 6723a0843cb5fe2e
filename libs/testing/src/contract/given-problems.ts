import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { processVariables } from '#libs/context';
import { Metrics } from '#libs/telemetry';

/** A problem of an operation. */
export interface OperationProblem {
  /** `PATCH /v1/documents/{documentId}`, as the OpenAPI document spells it. */
  readonly operation: string;
  readonly code: string;
}

interface ProblemResponses {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly responses?: Readonly<Record<string, { readonly $ref?: string }>> }>>
    >
  >;
}

/** Returns every problem that the operations of an OpenAPI document declare. */
export function problemsDeclaredIn({ paths }: ProblemResponses): OperationProblem[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { responses = {} }]) =>
      Object.values(responses)
        .flatMap(({ $ref = '' }) => $ref.split('/').at(-1)?.split('.') ?? [])
        .filter(Boolean)
        .map((code) => ({ operation: `${method.toUpperCase()} ${path}`, code })),
    ),
  );
}

/** Returns every problem that the operations of a running application have answered with so far, each once, from its metrics. */
export async function problemsGivenBy(app: INestApplicationContext): Promise<OperationProblem[]> {
  const { values } = await app.get(Metrics).problems.get();
  return values.map(({ labels: { method, operation, code } }) => ({
    // Fastify answers HEAD as it would GET
    operation: `${method === 'HEAD' ? 'GET' : method} ${String(operation).replace(/:(\w+)/g, '{$1}')}`,
    code: String(code),
  }));
}

/**
 * Appends the problems of an application to the file of this process in the folder BULKHEAD_GIVEN_PROBLEMS, a line each; does
 * nothing without that variable. `npm test` compares the files of all processes with the OpenAPI document.
 */
export async function keepGivenProblems(app: INestApplicationContext): Promise<void> {
  const folder = processVariables()['BULKHEAD_GIVEN_PROBLEMS'];
  if (!folder) return;
  const lines = (await problemsGivenBy(app)).map(({ operation, code }) => `${operation} ${code}\n`);
  appendFileSync(join(folder, `${process.pid}.txt`), lines.join(''));
}
