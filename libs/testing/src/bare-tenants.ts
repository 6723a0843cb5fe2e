import { newId } from '#libs/context';
import { type Connections, contextKey, type SignedContext, TenantPool } from '#libs/database';

/** An account of a world, known by its rows alone: for tests beneath the modules. */
export interface BareAccount {
  readonly id: string;
  readonly ownerId: string;
  readonly workspaces: readonly [string, string];
  /** Dataset and document in each workspace, in the same order. */
  readonly datasets: readonly [string, string];
  readonly documents: readonly [string, string];
  /** What a request in the account signs; in its first workspace unless another, or none (''), is given. */
  context(workspaceId?: string): SignedContext;
}

/** A pool of the application's on a cell, as the product makes it; of one connection unless said otherwise. */
export function poolOn(
  connections: Connections,
  cell = 'eu-west-1',
  options: {
    size?: number;
    transactionPooler?: boolean;
    nameStatements?: boolean;
    url?: string;
    patience?: number;
  } = {},
): TenantPool {
  const target = connections.cells.find(({ name }) => name === cell);
  if (!target) throw new Error(`There is no cell ${cell} in this world.`);
  return new TenantPool({
    url: target.appUrl,
    key: contextKey(connections.secret, cell),
    size: 1,
    transactionPooler: false,
    nameStatements: true,
    ...options,
  });
}

/** Two accounts in one cell, each with an owner, two workspaces, and a dataset with one document in each. */
export async function twoBareAccounts(pool: TenantPool): Promise<{ acme: BareAccount; globex: BareAccount }> {
  return { acme: await bareAccount(pool, 'Acme'), globex: await bareAccount(pool, 'Globex') };
}

async function bareAccount(pool: TenantPool, name: string): Promise<BareAccount> {
  const [id, ownerId] = [newId(), newId()];
  const pair = () => [newId(), newId()] as const;
  const [workspaces, datasets, documents] = [pair(), pair(), pair()];
  const context = (workspaceId: string = workspaces[0]): SignedContext => ({
    accountId: id,
    workspaceId,
    userId: '',
    capability: 'job',
  });
  const write = (signed: SignedContext, statements: readonly (readonly [string, readonly unknown[]])[]) =>
    pool.using(signed, async (connection) => {
      await connection.query('start transaction');
      for (const [text, values] of statements) await connection.query(text, values);
      await connection.query('commit');
    });
  await write({ ...context(''), capability: 'operator' }, [
    ['insert into accounts (account_id, name, data_region) values ($1, $2, $3)', [id, name, 'eu-west-1']],
    [
      "insert into members (account_id, id, user_id, name, email, role) values ($1, $2, $3, $4, $5, 'owner')",
      [id, ownerId, newId(), `Owner of ${name}`, `owner@${name.toLowerCase()}.example`],
    ],
    ...workspaces.map(
      (workspace, index) =>
        [
          'insert into workspaces (account_id, id, name) values ($1, $2, $3)',
          [id, workspace, `${name} ${index + 1}`],
        ] as const,
    ),
  ]);
  for (const [index, workspace] of workspaces.entries()) {
    await write(context(workspace), [
      [
        'insert into datasets (account_id, workspace_id, id, name) values ($1, $2, $3, $4)',
        [id, workspace, datasets[index], `Notes of ${name}`],
      ],
      [
        'insert into documents (account_id, workspace_id, id, dataset_id, title, body) values ($1, $2, $3, $4, $5, $6)',
        [
          id,
          workspace,
          documents[index],
          datasets[index],
          'Quarterly plan',
          `The canary of ${name} sings in workspace ${index + 1}.`,
        ],
      ],
    ]);
  }
  return { id, ownerId, workspaces, datasets, documents, context };
}
