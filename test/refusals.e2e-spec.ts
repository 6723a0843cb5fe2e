import { job } from '#libs/context';
import { asOperator, Cells, Directory, type TenantPool, UnitOfWork } from '#libs/database';
import { StrictInputGuard } from '#libs/http';
import { RequestMeter } from '#libs/billing';
import {
  type Operation,
  type OperationProblem,
  problemsDeclaredIn,
  problemsGivenBy,
  Provocations,
  testKey,
  type World,
} from '#libs/testing';
import pg from 'pg';
import { openWorld } from './open-world.js';

// Passport keeps its strategies for the whole process: the worlds of this file sign with one key.
const TOKEN_KEYS = `test:${testKey('refusals')}`;

const POOL_SIZE = 8;

/** The codes that a guard, input validation or a header implies, and the operations that imply them. */
const PROVOKED: Readonly<Record<string, (operation: Operation) => boolean>> = {
  invalid_request: () => true,
  invalid_cursor: () => true,
  body_too_large: () => true,
  unsupported_media_type: () => true,
  unauthenticated: ({ scope }) => scope !== 'public',
  account_moved: () => true,
  account_not_entered: () => true,
  workspace_not_entered: () => true,
  permission_missing: () => true,
  account_read_only: ({ scope }) => scope !== 'public' && scope !== 'user',
  not_found: ({ scope, path }) => scope === 'workspace' || path.includes('{'),
  precondition_required: () => true,
  precondition_failed: () => true,
  idempotency_key_reused: () => true,
};

let world: World;
let provocations: Provocations;
let declared: OperationProblem[];

beforeAll(async () => {
  world = await openWorld({ TOKEN_KEYS, DATABASE_POOL_SIZE: String(POOL_SIZE) });
  provocations = await Provocations.in(world);
  declared = problemsDeclaredIn((await world.nobody.get('/openapi.json')).body);
}, 60_000);
afterAll(async () => {
  await provocations?.end();
  await world?.close();
});

/** The operations that declare a code. */
function declaring(code: string, { operations } = provocations): Operation[] {
  const ids = new Set(declared.filter((one) => one.code === code).map(({ operation }) => operation));
  const found = operations.filter(({ id }) => ids.has(id));
  expect(found.length).toBeGreaterThan(0);
  return found;
}

/** Ids of operations that have not answered with a code. */
async function withoutAnswer(code: string, operations: readonly Operation[], { app } = world): Promise<string[]> {
  const given = await problemsGivenBy(app);
  const answered = new Set(given.filter((one) => one.code === code).map(({ operation }) => operation));
  return operations.map(({ id }) => id).filter((id) => !answered.has(id));
}

/** Sends the well-formed request of each operation, all at once. */
async function sendAll(operations: readonly Operation[], by: Provocations = provocations): Promise<void> {
  await Promise.all(operations.map((operation) => by.send(by.wellFormed(operation))));
}

describe('API-18 every operation that declares a problem answers with it:', () => {
  test.each(Object.entries(PROVOKED))(
    '%s',
    async (code, implied) => {
      const operations = declaring(code).filter(implied);
      await provocations.provoke(code, operations);
      expect(await withoutAnswer(code, operations)).toEqual([]);
    },
    120_000,
  );

  test('requests_used_up', async () => {
    const operations = declaring('requests_used_up');
    const { acme } = provocations.proof.world;
    const limitTo = async (requests: number) => {
      await world.contexts.runAs({ actor: job('test', 'any'), account: acme.place }, () =>
        world.app.get(UnitOfWork).run(async () => {
          const unit = world.app.get(UnitOfWork).require();
          unit.nothingHappened();
          await unit.inAccount('update account_terms set limits = $2 where account_id = $1', { requests });
        }),
      );
      // a process learns of it when it writes how many requests it has served
      await provocations.send(provocations.wellFormed(operations[0] as Operation));
      await world.app.get(RequestMeter).write();
    };
    await limitTo(1);
    await sendAll(operations);
    await limitTo(1_000_000);
    expect(await withoutAnswer('requests_used_up', operations)).toEqual([]);
  });

  test('internal_error', async () => {
    const operations = declaring('internal_error');
    const spy = jest.spyOn(StrictInputGuard.prototype, 'canActivate').mockImplementation(() => {
      throw new TypeError('a defect');
    });
    await sendAll(operations);
    spy.mockRestore();
    expect(await withoutAnswer('internal_error', operations)).toEqual([]);
  });

  test('too_many_requests', async () => {
    const limits = { PUBLIC_REQUESTS_PER_MINUTE: '60', WEBHOOKS_PER_MINUTE: '1', PERSON_REQUESTS_PER_HOUR: '100' };
    const limited = await openWorld({ TOKEN_KEYS, ...limits });
    const inLimited = await Provocations.in(limited);
    const operations = declaring('too_many_requests', inLimited);
    const roles = inLimited.operations.find(({ id }) => id === 'GET /v1/roles') as Operation;
    const plans = inLimited.operations.find(({ id }) => id === 'GET /v1/plans') as Operation;
    for (let times = 0; times < 100; times += 1)
      for (const operation of [roles, plans]) await inLimited.send(inLimited.wellFormed(operation));
    await sendAll(operations, inLimited);
    await sendAll(operations, inLimited);
    const missing = await withoutAnswer('too_many_requests', operations, limited);
    await inLimited.end();
    await limited.close();
    expect(missing).toEqual([]);
  }, 60_000);
});

describe('API-18 every operation that uses a database says so when that', () => {
  const databases = () => ['directory', ...world.databases.connections.cells.map(({ name }) => name)];
  const onEach = async (statements: (name: string) => readonly string[]) => {
    for (const name of databases())
      await asOperator(world.databases.adminUrlOf(name), async (admin) => {
        for (const text of statements(new URL(world.databases.adminUrlOf(name)).pathname.slice(1)))
          await admin.query(text);
      });
  };
  const CUT =
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
  const ROLES = ['bulkhead_app', 'bulkhead_directory', 'bulkhead_recorder'];
  const TIMEOUTS = ['lock_timeout', 'statement_timeout'];
  /** Sets the time limits of everybody's next connections; null for what they were. */
  const limitStatementsTo = (time: string | null) =>
    onEach((name) => [
      ...ROLES.flatMap((role) =>
        TIMEOUTS.map(
          (what) => `alter role ${role} in database ${name} ${time ? `set ${what} = '${time}'` : `reset ${what}`}`,
        ),
      ),
      CUT,
    ]);
  /** Locks every table while something is done. */
  const locked = async (work: () => Promise<void>) => {
    const clients = databases().map((name) => new pg.Client({ connectionString: world.databases.adminUrlOf(name) }));
    for (const client of clients) {
      client.on('error', () => undefined);
      await client.connect();
      await client.query('begin');
      await client.query(`do $$ declare name regclass; begin
        for name in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
          execute format('lock table %s in access exclusive mode', name);
        end loop; end $$`);
    }
    await work();
    for (const client of clients) await client.end();
  };

  test('is contended', async () => {
    const operations = declaring('contended');
    await limitStatementsTo('50ms');
    await locked(async () => {
      for (let from = 0; from < operations.length; from += POOL_SIZE)
        await sendAll(operations.slice(from, from + POOL_SIZE));
    });
    await limitStatementsTo(null);
    expect(await withoutAnswer('contended', operations)).toEqual([]);
  }, 60_000);

  test('does not accept the context', async () => {
    const operations = declaring('context_rejected');
    await onEach((name) =>
      name.includes('cell')
        ? ['create table kept as select * from app.context_keys', 'update app.context_keys set inner_key = outer_key']
        : [],
    );
    await sendAll(operations);
    await onEach((name) =>
      name.includes('cell')
        ? ['update app.context_keys k set inner_key = kept.inner_key from kept where kept.id = k.id', 'drop table kept']
        : [],
    );
    expect(await withoutAnswer('context_rejected', operations)).toEqual([]);
  });

  test('is away', async () => {
    const operations = declaring('database_unavailable');
    await onEach((name) => [`alter database ${name} connection limit 0`, CUT]);
    await sendAll(operations);
    await onEach((name) => [`alter database ${name} connection limit -1`]);
    expect(await withoutAnswer('database_unavailable', operations)).toEqual([]);
  }, 60_000);

  test('has no connection free', async () => {
    const operations = declaring('database_busy');
    const pools = [
      Reflect.get(world.app.get(Directory), 'pool'),
      ...world.app
        .get(Cells)
        .all()
        .map(({ pool }) => pool),
    ];
    const lent = await Promise.all(
      (pools as TenantPool[]).flatMap((pool) => Array.from({ length: POOL_SIZE }, () => pool.lend(null))),
    );
    await sendAll(operations);
    for (const connection of lent) connection.release();
    expect(await withoutAnswer('database_busy', operations)).toEqual([]);
  }, 60_000);
});
