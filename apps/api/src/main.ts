import 'reflect-metadata';
import { ConfigurationError, inspectEnvironment, processVariables } from '#libs/context';
import { scrubText } from '#libs/telemetry';
import { start } from './boot/start.js';
import { preflight } from './boot/preflight.js';

// a crash says what happened, and nothing that was in its hands
for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, fail);

try {
  const { environment, problems } = inspectEnvironment(processVariables());
  problems.push(...(await preflight(environment)));
  if (problems.length) throw new ConfigurationError(problems);
  await start(environment);
} catch (error) {
  fail(error);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof ConfigurationError ? error.message : scrubText(stackOf(error))}\n`);
  process.exit(1);
}

/** Stacks of an error and of what caused it; not their other properties, which can hold rows. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack}${error.cause ? `\ncaused by ${stackOf(error.cause)}` : ''}`;
}
