import pg from 'pg';
import { DatabaseUnreachableError } from './server.errors.js';

/** What the operator's statements are run with: texts that may hold several statements, and no tenant. */
export interface OperatorClient {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
}

/**
 * Connects as the operator (migrator or administrator), for migrations, checks and provisioning only: this connection
 * carries no tenant and serves no request.
 */
export async function asOperator<T>(url: string, work: (client: OperatorClient) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'bulkhead-operator',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect().catch((cause: Error) => {
    const { hostname, port, pathname, username } = new URL(url);
    throw new DatabaseUnreachableError(`${decodeURIComponent(username)}@${hostname}:${port || 5432}${pathname}`, cause);
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
