import { ConfigurationError } from '#libs/context';
import { scrubText } from '#libs/telemetry';

// a crash says what happened, and nothing that was in its hands
for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, fail);

/** Ends the process with what went wrong: the problems of a configuration, or the stacks of an error, scrubbed. */
export function fail(error: unknown): never {
  process.stderr.write(`${error instanceof ConfigurationError ? error.message : scrubText(stackOf(error))}\n`);
  process.exit(1);
}

/** Stacks of an error and of what caused it; not their other properties, which can hold rows. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack}${error.cause ? `\ncaused by ${stackOf(error.cause)}` : ''}`;
}
