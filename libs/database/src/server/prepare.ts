import { ConfigurationError, type Environment } from '#libs/context';
import { bootCheck, type BootReport } from './boot-checks.js';
import { type Connections, connectionsOn, givenConnections } from './connections.js';
import { EmbeddedServer } from './embedded-server.js';
import { installationSecret } from './installation-secret.js';
import { migrate, type MigrationState } from './migrations.js';
import { provision } from './provision.js';

/** Databases that are there and can be connected to. */
export interface Databases {
  readonly connections: Connections;
  /** How the embedded server is ended, where that is in use. */
  readonly embedded: Pick<EmbeddedServer, 'stop' | 'foundRunning'> | undefined;
}

/**
 * Finds the databases that the environment names, starting the embedded server where it names none, and makes roles and
 * databases where it was given an administrator's URL. Migrates nothing.
 */
export async function findDatabases(environment: Environment): Promise<Databases> {
  const { server } = environment;
  if (server.kind === 'given') return { connections: givenConnections(environment), embedded: undefined };
  const secret = await installationSecret(environment);
  const embedded =
    server.kind === 'embedded'
      ? await EmbeddedServer.start({ dataDirectory: environment.dataDirectory, port: server.port, secret })
      : undefined;
  try {
    const adminUrl = server.kind === 'provisioned' ? new URL(server.url) : (embedded as EmbeddedServer).adminUrl;
    const connections = connectionsOn(adminUrl, environment, secret);
    await provision(adminUrl.href, connections);
    return { connections, embedded };
  } catch (error) {
    if (embedded && !embedded.foundRunning) await embedded.stop();
    throw error;
  }
}

/** Applies what is missing where the owner's URLs are known; elsewhere migrations are the operator's, and boot checks them. */
export async function migrateWherePossible(connections: Connections): Promise<MigrationState[]> {
  const all = [connections.directory, ...connections.cells];
  return all.every(({ ownerUrl }) => ownerUrl) ? migrate(connections) : [];
}

/**
 * Looks at every database as the application.
 *
 * @throws {ConfigurationError} naming every problem of every database.
 */
export async function assertFitToServe({ connections, embedded }: Databases): Promise<readonly BootReport[]> {
  const reports = await Promise.all(
    [connections.directory, ...connections.cells].map((target) => bootCheck(target, embedded !== undefined)),
  );
  const problems = reports.flatMap((report) => report.problems);
  if (problems.length) throw new ConfigurationError(problems);
  return reports;
}
