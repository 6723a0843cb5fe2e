import { access, constants } from 'node:fs/promises';
import { readPlans } from '#libs/billing';
import { ConfigurationError, type Environment } from '#libs/context';
import { isFree, makeDataFolder } from '#libs/database';

/** Looks for what would stop the start, all at once: a taken port, a folder that cannot be written, plans that cannot be read. */
export async function preflight({
  http,
  server,
  telemetry,
  worker,
  billing,
  dataDirectory,
}: Environment): Promise<string[]> {
  const problems: string[] = [];
  if (!(await isFree(http.port, http.host))) {
    problems.push(
      `Port ${http.port} of ${http.host} is taken, perhaps by a Bulkhead that is running. Stop it, or set PORT to another.`,
    );
  }
  const { host, port, workerPort } = telemetry.metrics;
  for (const [name, wanted] of [
    ['METRICS_PORT', port],
    ['WORKER_METRICS_PORT', worker ? workerPort : 0],
  ] as const)
    if (wanted && !(await isFree(wanted, host)))
      problems.push(`Port ${wanted} of ${host} is taken. Set ${name} to another for the metrics, or to 0 for none.`);
  try {
    readPlans(billing.plansFile);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
  }
  const { localPort } = billing;
  if (localPort && !(await isFree(localPort, '127.0.0.1')))
    problems.push(
      `Port ${localPort} of 127.0.0.1 is taken. Set LOCAL_PAYMENTS_PORT to another for the local provider of payments, or BILLING_PROVIDER=none.`,
    );
  if (server.kind !== 'embedded') return problems;
  if (server.port && server.port === http.port) {
    problems.push(`PORT and EMBEDDED_POSTGRES_PORT are both ${http.port}. Give two different ports.`);
  }
  try {
    await makeDataFolder(dataDirectory);
    await access(dataDirectory, constants.W_OK);
  } catch (error) {
    problems.push(
      `The folder ${dataDirectory} cannot be written (${(error as Error).message}). Set DATA_DIR to another.`,
    );
  }
  return problems;
}
