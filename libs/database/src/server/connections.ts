import { ConfigurationError, deriveKey, deriveText, type Environment } from '#libs/context';
import type { KeyObject } from 'node:crypto';
import type { ContextKey } from '../gate/context-signature.js';

/** Names of the roles that sign in, as `migrations/roles.sql` makes them. */
export type LoginRole =
  | 'bulkhead_migrator'
  | 'bulkhead_app'
  | 'bulkhead_directory'
  | 'bulkhead_operator'
  | 'bulkhead_worker'
  | 'bulkhead_recorder'
  | 'bulkhead_backup';

/** One database of the installation and how to reach it as the application and as its owner. */
export interface DatabaseTarget {
  readonly kind: 'directory' | 'cell';
  /** `directory`, or the name of the cell. */
  readonly name: string;
  /** Region of the cell; null for the directory. */
  readonly region: string | null;
  /** URL of the role that serves requests. */
  readonly appUrl: string;
  /** URL of `bulkhead_migrator`; null where the operator keeps it elsewhere. */
  readonly ownerUrl: string | null;
  /** URL of `bulkhead_worker`; null where no worker is to run. */
  readonly workerUrl: string | null;
  /** URL of `bulkhead_recorder`, of a cell; null for the directory, and where no API is to run. */
  readonly recorderUrl: string | null;
  /** URL of `bulkhead_operator`, of the directory; null for a cell, and where no commands are to run. */
  readonly operatorUrl: string | null;
}

/** Every database of the installation; the directory comes first. */
export interface Connections {
  readonly directory: DatabaseTarget;
  readonly cells: readonly (DatabaseTarget & { readonly region: string })[];
  readonly secret: KeyObject;
}

/** The password of a role, derived from the installation's secret: nothing to store, and the same on every start. */
export function rolePassword(secret: KeyObject, role: LoginRole | 'postgres'): string {
  return deriveText(secret, `role:${role}`);
}

/** The URL of `bulkhead_backup` for a database, on servers where Bulkhead made the roles. */
export function backupUrl({ appUrl }: DatabaseTarget, secret: KeyObject): string {
  const url = new URL(appUrl);
  url.username = 'bulkhead_backup';
  url.password = rolePassword(secret, 'bulkhead_backup');
  return url.href;
}

/** The key that signs contexts for one cell; a signature for one cell is worth nothing in another. */
export function contextKey(secret: KeyObject, cell: string): ContextKey {
  return { id: 'k1', key: deriveKey(secret, `context:${cell}`) };
}

/** Name of the database that holds a target, on servers where Bulkhead makes it. */
export function databaseName(name: string, prefix = 'bulkhead'): string {
  return name === 'directory' ? `${prefix}_directory` : `${prefix}_cell_${name.replaceAll('-', '_')}`;
}

/** Targets on one server whose roles and databases Bulkhead made itself. */
export function connectionsOn(
  server: URL,
  environment: Pick<Environment, 'cells'>,
  secret: KeyObject,
  prefix?: string,
): Connections {
  const url = (role: LoginRole, database: string) => {
    const target = new URL(server);
    target.username = role;
    target.password = rolePassword(secret, role);
    target.pathname = `/${database}`;
    return target.href;
  };
  const target = (kind: 'directory' | 'cell', name: string, region: string | null): DatabaseTarget => ({
    kind,
    name,
    region,
    appUrl: url(kind === 'cell' ? 'bulkhead_app' : 'bulkhead_directory', databaseName(name, prefix)),
    ownerUrl: url('bulkhead_migrator', databaseName(name, prefix)),
    workerUrl: url('bulkhead_worker', databaseName(name, prefix)),
    recorderUrl: kind === 'cell' ? url('bulkhead_recorder', databaseName(name, prefix)) : null,
    operatorUrl: kind === 'directory' ? url('bulkhead_operator', databaseName(name, prefix)) : null,
  });
  return {
    secret,
    directory: target('directory', 'directory', null),
    cells: environment.cells.map((cell) => ({ ...target('cell', cell.name, cell.region), region: cell.region })),
  };
}

/**
 * Returns the connections with the directory's `appUrl` replaced by the URL of `bulkhead_operator`.
 *
 * @throws {ConfigurationError} where that role's URL is missing.
 */
export function withOperatorRole(connections: Connections): Connections {
  const { directory } = connections;
  if (!directory.operatorUrl)
    throw new ConfigurationError(['This command needs the URL of bulkhead_operator: DIRECTORY_URL_OPERATOR.']);
  return { ...connections, directory: { ...directory, appUrl: directory.operatorUrl } };
}

/** Targets whose URLs were all given. */
export function givenConnections(environment: Environment): Connections {
  const { server, cells, secret } = environment;
  if (server.kind !== 'given' || !secret)
    throw new ConfigurationError(['DIRECTORY_URL_APP and SECRET_KEY are needed here.']);
  return {
    secret,
    directory: {
      kind: 'directory',
      name: 'directory',
      region: null,
      appUrl: server.directoryAppUrl,
      ownerUrl: server.directoryOwnerUrl ?? null,
      workerUrl: server.directoryWorkerUrl ?? null,
      recorderUrl: null,
      operatorUrl: server.directoryOperatorUrl ?? null,
    },
    cells: cells.map(({ name, region, appUrl = '', ownerUrl = null, workerUrl = null, recorderUrl = null }) => ({
      kind: 'cell',
      name,
      region,
      appUrl,
      ownerUrl,
      workerUrl,
      recorderUrl,
      operatorUrl: null,
    })),
  };
}
