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
 * Finds the databases that the environment names, starting the embedded server where it names none. Makes and migrates nothing.
 *
 * @throws {ConfigurationError} where the embedded server has no data yet.
 */
export async function findDatabases(environment: Environment): Promise<Databases> {
  const { server, dataDirectory } = environment;
  if (server.kind === 'given') return { connections: givenConnections(environment), embedded: undefined };
  const secret = await installationSecret(environment, server.kind === 'embedded' ? 'keep' : 'require');
  if (server.kind === 'provisioned')
    return { connections: connectionsOn(new URL(server.url), environment, secret), embedded: undefined };
  const embedded = await EmbeddedServer.start({ dataDirectory, port: server.port, secret, initialise: false });
  return { connections: connectionsOn(embedded.adminUrl, environment, secret), embedded };
}

/**
 * As {@link findDatabases}; of an embedded server, data, roles and databases are made where they are missing. On any other server
 * they are made by {@link provision}, with a URL that a process which serves never has.
 */
export async function prepareDatabases(environment: Environment): Promise<Databases> {
  const { server, dataDirectory } = environment;
  if (server.kind !== 'embedded') return findDatabases(environment);
  const secret = await installationSecret(environment, 'make');
  const embedded = await EmbeddedServer.start({ dataDirectory, port: server.port, secret });
  try {
    const connections = connectionsOn(embedded.adminUrl, environment, secret);
    await provision(embedded.adminUrl.href, connections);
    return { connections, embedded };
  } catch (error) {
    if (!embedded.foundRunning) await embedded.stop();
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
    [connections.directory, ...connections.cells].map((target) =>
      bootCheck(target, connections.secret, embedded !== undefined),
    ),
  );
  const problems = reports.flatMap((report) => report.problems);
  if (problems.length) throw new ConfigurationError(problems);
  return reports;
}
