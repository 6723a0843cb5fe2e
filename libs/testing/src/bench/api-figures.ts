import { readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { contextKey, type DatabaseTarget } from '#libs/database';
import { AccessTokens } from '#libs/identity';
import type { BenchAccount, BenchDatabases } from './bench-databases.js';
import { documentOf } from './gate-figures.js';
import { HttpLoad, requestOf } from './http-load.js';
import { compare, type Figure, interleave, type Pace } from './rounds.js';
import { median, percentile } from '../statistics.js';
import { ServerProcess } from '../server-process.js';

const AT_ONCE = 16;
const REQUESTS_PER_ACCOUNT = 4;

type Server = 'api' | 'bare' | 'authorised' | 'postgraphile';
type Operation = 'list' | 'get';

const AIMS: Readonly<Record<string, number>> = {
  'api-list/bare': 0.75,
  'api-get/bare': 0.4,
  'api-list/authorised': 0.9,
  'api-get/authorised': 0.8,
  'api-list/postgraphile': 2,
  'api-get/postgraphile': 3,
};

/** What the servers of the benchmark are started with. */
export interface ApiBench {
  readonly bench: BenchDatabases;
  /** The script that runs the API in a process of its own. */
  readonly apiServer: URL;
  /** The application in this process: it makes the tokens. */
  readonly app: NestFastifyApplication;
  /** The key that those tokens are signed with, in base64. */
  readonly tokenKey: string;
}

/** What the API's process was seen to do. */
export interface ApiObservations {
  readonly figures: readonly Figure[];
  /** Shares of the processor's time, by operation and place. */
  readonly profiles: Readonly<Record<Operation, Readonly<Record<string, number>>>>;
}

/** The whole API beside a server that does the least, the same API without isolation, and PostGraphile. */
export async function apiFigures(
  options: ApiBench,
  accounts: { readonly large: readonly BenchAccount[]; readonly small: readonly BenchAccount[] },
  pace: Pace,
): Promise<ApiObservations> {
  const { bench } = options;
  const servers = await startServers(options);
  const resting = (await servers.api.memory()).resident;
  try {
    const figures: Figure[] = [];
    for (const operation of ['list', 'get'] as const) {
      const loads = openLoads(servers, (server) =>
        requestsFor(options, server, operation, bench.large, accounts.large),
      );
      for (const load of Object.values(loads)) await assertAnswers(load, operation);
      const seen = await interleave(
        ['api', 'bare', 'authorised', 'postgraphile'],
        'api',
        pace,
        async (server) => (await loads[server].run(pace.milliseconds)).perSecond,
      );
      for (const base of ['bare', 'authorised', 'postgraphile'] as const) {
        const name = `api-${operation}/${base}`;
        figures.push(compare(name, seen, 'api', base, { at: 'least', value: AIMS[name] ?? 0 }));
      }
      const perSecond = median(seen.api);
      figures.push(told(`api-${operation}`, perSecond, pace, 'requests a second'));
      await Promise.all(Object.values(loads).map((load) => load.close()));
    }
    figures.push(...(await growthFigures(options, servers.api, accounts, pace)));
    const profiles = {
      list: await profileOf(options, servers.api, 'list', accounts.large),
      get: await profileOf(options, servers.api, 'get', accounts.large),
    };
    figures.push(told('start-up', servers.api.startUp, pace, 'ms'));
    figures.push(told('memory-resting', resting / 2 ** 20, pace, 'MiB'));
    figures.push(told('memory-after-load', (await servers.api.memory()).resident / 2 ** 20, pace, 'MiB'));
    return { figures, profiles };
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.kill()));
  }
}

async function startServers({ bench, apiServer, tokenKey }: ApiBench): Promise<Record<Server, ServerProcess>> {
  const { large, databases } = bench;
  const { connections } = databases;
  const key = contextKey(connections.secret, large.name);
  const unguarded = {
    ...connections,
    cells: connections.cells.map((cell) => ({ ...cell, appUrl: bench.plainUrl(cell) })),
  };
  const transformed = {
    execArgv: ['--import', new URL('../../../../../libs/testing/mutation-hook.mjs', import.meta.url).href],
  };
  // alone, for the time that it takes to start
  const api = await ServerProcess.startApi(apiServer, { connections });
  const [bare, authorised, postgraphile] = await Promise.all([
    ServerProcess.start(new URL('./bare-server.js', import.meta.url), { url: bench.plainUrl(large), tokenKey }),
    ServerProcess.startApi(
      apiServer,
      { connections: unguarded },
      { ...transformed, variables: { BULKHEAD_MUTATION: JSON.stringify({ edits: withoutIsolation() }) } },
    ),
    ServerProcess.start(new URL('./postgraphile-server.js', import.meta.url), {
      url: large.appUrl,
      tokenKey,
      contextKey: { id: key.id, key: key.key.export().toString('base64') },
    }),
  ]);
  return { api, bare, authorised, postgraphile };
}

/** Takes what isolation adds out of every statement, when the sources are loaded: the context, and the verification of the look-up. */
function withoutIsolation(): object[] {
  const head = 'private surround(kind: Kind): { before: Step[]; after: Step[] } {';
  return [
    edit('libs/database/src/gate/tenant-connection.ts', head, `${head} if (kind) return { before: [], after: [] };`),
    edit('libs/database/src/work/function-call.ts', 'select * from app.', 'select * from plain.'),
  ];
}

function edit(file: string, find: string, instead: string): object {
  const start = readFileSync(new URL(`../../../../../${file}`, import.meta.url), 'utf8').indexOf(find);
  if (start < 0) throw new Error(`${file} has no "${find}" any more. Correct withoutIsolation() in api-figures.ts.`);
  return { file, start, end: start + find.length, text: instead };
}

function openLoads(
  servers: Record<Server, ServerProcess>,
  requests: (server: Server) => readonly Buffer[],
): Record<Server, HttpLoad> {
  const entries = Object.entries(servers) as [Server, ServerProcess][];
  return Object.fromEntries(
    entries.map(([name, { port }]) => [name, new HttpLoad(port, requests(name), AT_ONCE)]),
  ) as Record<Server, HttpLoad>;
}

/** What an arm answers has all the rows; errors come with status 200 in GraphQL. */
async function assertAnswers(load: HttpLoad, operation: Operation): Promise<void> {
  const answer = await load.once();
  const rows = answer.split('"title":').length - 1;
  if (rows !== (operation === 'list' ? 50 : 1) || answer.includes('"errors"'))
    throw new Error(`An arm answers with ${rows} rows: ${answer.slice(0, 600)}`);
}

function requestsFor(
  { app }: ApiBench,
  server: Server,
  operation: Operation,
  cell: DatabaseTarget,
  accounts: readonly BenchAccount[],
): Buffer[] {
  const tokens = app.get(AccessTokens);
  return accounts.flatMap((account) => {
    const { accountId: id, userId, signInSessionId, sessionId, workspaceId } = account;
    const token = tokens.issue({
      userId,
      signInSessionId,
      clientId: userId,
      assurance: { level: 1, methods: ['pwd'], at: Math.floor(Date.now() / 1_000) },
      account: { id, cell: cell.name, sessionId },
      workspaceId,
    }).access_token;
    return Array.from({ length: operation === 'list' ? 1 : REQUESTS_PER_ACCOUNT }, (_, turn) => {
      const documentId = documentOf(account, turn);
      if (server === 'postgraphile')
        return requestOf('POST', '/graphql', token, graphql(operation, { id, workspaceId, documentId }));
      const path = `/v1/workspaces/${workspaceId}/documents`;
      return requestOf('GET', operation === 'list' ? path : `${path}/${documentId}`, token);
    });
  });
}

const FIELDS = 'rowId datasetId title sourceUrl version createdAt updatedAt deletedAt';

function graphql(operation: Operation, ids: { id: string; workspaceId: string; documentId: string }): object {
  return operation === 'list'
    ? { query: `{ allDocuments(first: 50, orderBy: [PRIMARY_KEY_DESC]) { nodes { ${FIELDS} } } }` }
    : {
        query: `query Get($a: UUID!, $w: UUID!, $d: UUID!) {
          documentByAccountIdAndWorkspaceIdAndRowId(accountId: $a, workspaceId: $w, rowId: $d) { ${FIELDS} body } }`,
        variables: { a: ids.id, w: ids.workspaceId, d: ids.documentId },
      };
}

/** The median of a request's time in the large cell and in the small one, whose accounts have as many documents each. */
async function growthFigures(
  options: ApiBench,
  api: ServerProcess,
  accounts: { readonly large: readonly BenchAccount[]; readonly small: readonly BenchAccount[] },
  pace: Pace,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, operation] of [
    ['large/small', 'list'],
    ['large-get/small-get', 'get'],
  ] as const) {
    const loads = {
      large: new HttpLoad(
        api.port,
        requestsFor(options, 'api', operation, options.bench.large, accounts.large),
        AT_ONCE,
      ),
      small: new HttpLoad(
        api.port,
        requestsFor(options, 'api', operation, options.bench.small, accounts.small),
        AT_ONCE,
      ),
    };
    const seen = await interleave(['large', 'small'], 'large', pace, async (cell) =>
      percentile((await loads[cell].run(pace.milliseconds)).latencies, 0.5),
    );
    figures.push(compare(name, seen, 'large', 'small', { at: 'most', value: 1.1 }));
    await Promise.all(Object.values(loads).map((load) => load.close()));
  }
  return figures;
}

async function profileOf(
  options: ApiBench,
  api: ServerProcess,
  operation: Operation,
  accounts: readonly BenchAccount[],
): Promise<Record<string, number>> {
  const load = new HttpLoad(api.port, requestsFor(options, 'api', operation, options.bench.large, accounts), AT_ONCE);
  try {
    const running = load.run(2_500);
    const shares = await api.profile(2_000);
    await running;
    return shares;
  } finally {
    await load.close();
  }
}

function told(name: string, value: number, { rounds }: Pace, unit: string): Figure {
  return { name, ratio: value, control: 1, rounds, spread: [value, value], unit };
}
