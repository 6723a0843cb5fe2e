import 'reflect-metadata';
import { ConfigurationError, inspectEnvironment, processVariables } from '#libs/context';
import { fail } from './boot/crash.js';

try {
  // only now, with somebody there to tell of a crash: all of it takes seconds to load
  const [{ preflight }, { start }] = await Promise.all([import('./boot/preflight.js'), import('./boot/start.js')]);
  const { environment, problems } = inspectEnvironment(processVariables());
  problems.push(...(await preflight(environment)));
  if (problems.length) throw new ConfigurationError(problems);
  await start(environment);
} catch (error) {
  fail(error);
}
