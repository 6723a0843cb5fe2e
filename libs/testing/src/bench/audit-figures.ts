import { readFileSync } from 'node:fs';
import { asOperator, type DatabaseTarget } from '#libs/database';
import { newId } from '#libs/context';
import { AccessTokens } from '#libs/identity';
import { scrub } from '#libs/telemetry';
import type { ApiBench } from './api-figures.js';
import type { BenchAccount } from './bench-databases.js';
import { documentOf } from './gate-figures.js';
import { HttpLoad, requestOf } from './http-load.js';
import { compare, type Figure, interleave, type Pace } from './rounds.js';
import { percentile } from '../statistics.js';
import { ServerProcess } from '../server-process.js';

const AT_ONCE = 16;
const ENTRIES_AT_ONCE = 250_000;

type Operation = 'list' | 'get' | 'create';

const AIMS: Readonly<Record<Operation, number>> = { list: 0.95, get: 0.95, create: 0.9 };

/** Filters of the page that somebody looks at who searches the trail, by what they look for. */
const SEARCHES: Readonly<Record<string, (found: Found) => string>> = {
  'all, newest': () => '',
  'who acted, rarely': ({ rare }) => `actor_member_id=${rare}`,
  'an action that is rare': () => 'action=member.remove',
  'a category that is half of them': () => 'category=content',
  'a resource': ({ resource }) => `resource_id=${resource}`,
  'what was done, in a tenth of the time': ({ from, until }) => `kind=acts&from=${from}&until=${until}`,
  'what was denied': () => 'outcome=denied',
  'a word that is rare': () => 'q=zephyr',
  'a word that is in every change': () => 'q=launch',
  'a word, by category and outcome': () => 'q=zephyr&category=content&outcome=succeeded',
};

interface Found {
  readonly rare: string;
  readonly resource: string;
  /** Moments, a tenth of all time apart. */
  readonly from: string;
  readonly until: string;
}

/** What the trail costs a request, with a log that is written as well: the same API that leaves no entry. */
export async function auditFigures(
  options: ApiBench,
  accounts: readonly BenchAccount[],
  pace: Pace,
): Promise<Figure[]> {
  const { connections } = options.bench.databases;
  const variables = { LOG_FILE: '/dev/null', PERSON_REQUESTS_PER_HOUR: '1000000000' };
  const transformed = {
    execArgv: ['--import', new URL('../../../../../libs/testing/mutation-hook.mjs', import.meta.url).href],
    variables: { BULKHEAD_MUTATION: JSON.stringify({ edits: withoutTrail() }) },
  };
  const [audited, unaudited] = await Promise.all([
    ServerProcess.startApi(options.apiServer, { connections }, { variables }),
    ServerProcess.startApi(options.apiServer, { connections, variables }, transformed),
  ]);
  try {
    const figures: Figure[] = [];
    for (const operation of ['list', 'get', 'create'] as const) {
      const requests = accounts.map((account) => requestFor(options, operation, account));
      const loads = {
        audited: new HttpLoad(audited.port, requests, AT_ONCE),
        unaudited: new HttpLoad(unaudited.port, requests, AT_ONCE),
      };
      const seen = await interleave(
        ['audited', 'unaudited'],
        'audited',
        pace,
        async (arm) => (await loads[arm].run(pace.milliseconds)).perSecond,
      );
      const aim = { at: 'least', value: AIMS[operation] } as const;
      figures.push(compare(`audit-${operation}/unaudited`, seen, 'audited', 'unaudited', aim));
      await Promise.all(Object.values(loads).map((load) => load.close()));
    }
    return figures;
  } finally {
    await Promise.all([audited.kill(), unaudited.kill()]);
  }
}

/** What taking secrets out costs: the fields of an entry's line, and the stack of an error. */
export function scrubFigures({ rounds }: Pace): Figure[] {
  const id = newId();
  const line = {
    event_id: id,
    category: 'content',
    action: 'document.read',
    account_id: id,
    workspace_id: id,
    request_id: id,
  };
  const error = new Error('connect ECONNREFUSED 127.0.0.1:5432');
  return [
    ['scrub, a line of the trail', line],
    ['scrub, an error', error],
  ].map(([name, value]) => {
    const took = Array.from({ length: rounds + 1 }, () => {
      const began = performance.now();
      for (let turn = 0; turn < 2_000; turn += 1) scrub(value);
      return (performance.now() - began) / 2;
    }).slice(1);
    const spread = [percentile(took, 0.1), percentile(took, 0.9)] as const;
    return { name: String(name), ratio: percentile(took, 0.5), control: 1, rounds, spread, unit: 'µs' };
  });
}

/** How long a page of a search takes in an account of so many entries. */
export async function searchFigures(
  options: ApiBench,
  account: BenchAccount,
  adminUrl: string,
  { entries, tell }: { readonly entries: number; readonly tell: (line: string) => void },
  pace: Pace,
): Promise<Figure[]> {
  const found = await fillTrail(adminUrl, account, entries, tell);
  const { connections } = options.bench.databases;
  const variables = { PERSON_REQUESTS_PER_HOUR: '1000000000' };
  const api = await ServerProcess.startApi(options.apiServer, { connections, variables });
  try {
    const figures: Figure[] = [];
    for (const [name, filter] of Object.entries(SEARCHES)) {
      const path = `/v1/account/audit-entries?limit=50&${filter(found)}`;
      const load = new HttpLoad(api.port, [requestOf('GET', path, tokenOf(options, account))], 1);
      const page = (await load.once()).split('"occurred_at"').length - 1;
      if (!page) throw new Error(`The search for ${name} finds nothing.`);
      const took = (await load.run(Math.max(pace.milliseconds, 800))).latencies;
      await load.close();
      const [median, late] = [percentile(took, 0.5), percentile(took, 0.95)];
      figures.push({
        name: `trail, ${name}`,
        ratio: median,
        control: 1,
        rounds: took.length,
        spread: [percentile(took, 0.1), late],
        unit: 'ms',
        aim: { at: 'most', value: 50 },
      });
    }
    return figures;
  } finally {
    await api.kill();
  }
}

/** Takes the trail out of the API when its sources are loaded: commands and reads leave no entry, in neither trail. */
function withoutTrail(): object[] {
  return [
    insertAfter(
      'libs/audit/src/entries/audit-trail.service.ts',
      'async record(act: AuditAct, workspaceId?: string): Promise<void> {\n    const unit = this.work.require();',
      '\n    unit.entries += 1;\n    if (act) return;',
    ),
    insertAfter(
      'libs/audit/src/entries/batched-entries.service.ts',
      'looked(act: BatchedAct, who: Requester): void {',
      '\n    if (act) return;',
    ),
  ];
}

function insertAfter(file: string, head: string, text: string): object {
  const source = readFileSync(new URL(`../../../../../${file}`, import.meta.url), 'utf8');
  const start = source.indexOf(head) + head.length;
  if (start < head.length) throw new Error(`${file} has no "${head}" any more: say anew what the trail adds.`);
  return { file, start, end: start, text };
}

function requestFor(options: ApiBench, operation: Operation, account: BenchAccount): Buffer {
  const token = tokenOf(options, account);
  const { workspaceId } = account;
  if (operation === 'create')
    return requestOf('POST', `/v1/workspaces/${workspaceId}/datasets`, token, { name: 'Measured' });
  const path = `/v1/workspaces/${workspaceId}/documents`;
  return requestOf('GET', operation === 'list' ? path : `${path}/${documentOf(account, 0)}`, token);
}

function tokenOf({ app, bench }: ApiBench, account: BenchAccount): string {
  const { accountId: id, userId, signInSessionId, sessionId, workspaceId } = account;
  const cell: DatabaseTarget = bench.large;
  return app.get(AccessTokens).issue({
    userId,
    signInSessionId,
    clientId: userId,
    assurance: { level: 1, methods: ['pwd'], at: Math.floor(Date.now() / 1_000) },
    account: { id, cell: cell.name, sessionId },
    workspaceId,
  }).access_token;
}

const FIRST = Date.parse('2024-10-01T00:00:00Z');
const APART_MS = 3_000;
// the ids carry the times; every 50 000th is somebody else's, every 30 000th a removal, every 1 000th denied
const FILL = `insert into audit_entries (account_id, id, occurred_at, category, action, actor_kind, actor_user_id, resource_type,
    resource_id, changes, outcome, reason, reading, request_id)
  select $1, (lpad(to_hex($5::bigint + n * 3000), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid, to_timestamp(($5::bigint + n * 3000) / 1000.0), c.category,
    c.action, 'user', case when n % 50000 = 7 then $4::uuid else $3::uuid end, c.noun, md5('resource ' || n / 40)::uuid,
    case when c.reading then '{}' else jsonb_build_object('name', jsonb_build_object('to', 'The ' || md5(n::text) || ' launch'
      || case when n % 40000 = 3 then ' of the zephyr' else '' end)) end,
    case when n % 1000 = 5 then 'denied' else 'succeeded' end, case when n % 1000 = 5 then 'permission_missing' end, c.reading, 'bench'
  from generate_series($2::bigint, $2::bigint + $6::bigint - 1) n,
    lateral (select case when n % 30000 = 11 then 'member.remove' when n % 4 = 3 then 'document.update' when n % 2 = 0 then 'document.read'
      else 'member.list' end as action) a,
    lateral (select a.action, split_part(a.action, '.', 1) as noun, a.action in ('document.read', 'member.list') and n % 1000 <> 5 as reading,
      case when a.action like 'document%' then 'content' else 'membership' end as category) c`;

/** Gives an account entries over two years, as far as it does not have them yet; past all policies. */
async function fillTrail(
  adminUrl: string,
  { accountId, userId }: BenchAccount,
  entries: number,
  tell: (line: string) => void,
): Promise<Found> {
  return asOperator(adminUrl, async (admin) => {
    await admin.query('set synchronous_commit = off');
    const { rows: before } = await admin.query<{ count: string; rare: string | null }>(
      `select (select count(*) from audit_entries where account_id = $1 and request_id = 'bench') as count,
         (select id::text from members where account_id = $1 and name = 'Rare') as rare`,
      [accountId],
    );
    const rare = before[0]?.rare ?? (await addRare(admin, accountId));
    const { rows: users } = await admin.query<{ user_id: string }>(
      'select user_id from members where account_id = $1 and id = $2',
      [accountId, rare],
    );
    for (let done = Number(before[0]?.count ?? 0); done < entries; done += ENTRIES_AT_ONCE) {
      const count = Math.min(ENTRIES_AT_ONCE, entries - done);
      await admin.query(FILL, [accountId, done, userId, users[0]?.user_id, FIRST, count]);
      tell(`  ${(done + count).toLocaleString('en')} entries`);
    }
    if (Number(before[0]?.count ?? 0) < entries) await admin.query('vacuum analyze audit_entries');
    const { rows } = await admin.query<{ resource: string }>(
      `select resource_id as resource from audit_entries where account_id = $1 and request_id = 'bench' order by id limit 1`,
      [accountId],
    );
    const at = (share: number) => new Date(FIRST + share * entries * APART_MS).toISOString();
    return { rare, resource: rows[0]?.resource ?? '', from: at(0.45), until: at(0.55) };
  });
}

async function addRare(
  admin: { query<Row extends object>(text: string, values: unknown[]): Promise<{ rows: Row[] }> },
  accountId: string,
): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    `insert into members (account_id, id, user_id, name, email, role)
     values ($1, gen_random_uuid(), gen_random_uuid(), 'Rare', 'rare@bench.example', 'viewer') returning id`,
    [accountId],
  );
  return rows[0]?.id ?? '';
}
