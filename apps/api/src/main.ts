import 'reflect-metadata';
import { ConfigurationError, inspectEnvironment, processVariables } from '#libs/context';
import { start } from './boot/start.js';
import { preflight } from './boot/preflight.js';

try {
  const { environment, problems } = inspectEnvironment(processVariables());
  problems.push(...(await preflight(environment)));
  if (problems.length) throw new ConfigurationError(problems);
  await start(environment);
} catch (error) {
  process.stderr.write(`${error instanceof ConfigurationError ? error.message : stackOf(error)}\n`);
  process.exit(1);
}

/** Stacks of an error and of what caused it; not its other properties, which can hold rows. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack}${error.cause ? `\ncaused by ${stackOf(error.cause)}` : ''}`;
}
