import { ContextStore, job } from '#libs/context';
import { Cells, Reader, ScopedRepository, UnitOfWork } from '#libs/database';
import { type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
});
afterAll(() => world.close());

describe('ISO-01 the data access layer fails closed', () => {
  const contexts = () => world.app.get(ContextStore);
  const inAccount = <T>(work: () => Promise<T>) =>
    contexts().runAs({ actor: job('test', 'any'), account: acme.place }, work);

  test('nothing runs without a context', async () => {
    await expect(world.app.get(Reader).inAccount('select 1 from members where account_id = $1')).rejects.toMatchObject({
      code: 'context_missing',
    });
    await expect(world.app.get(UnitOfWork).run(async () => undefined)).rejects.toMatchObject({
      code: 'context_missing',
    });
  });

  test('a read model that does not compare the tenant is refused before it reaches the database', async () => {
    const read = (text: string) => inAccount(async () => world.app.get(Reader).inAccount(text));
    await expect(read('select name from members')).rejects.toMatchObject({ code: 'tenant_predicate_missing' });
    expect(await read('select name from members where account_id = $1 limit 1')).toEqual([
      { name: expect.any(String) },
    ]);
  });

  test('a workspace table is not reached without a workspace', async () => {
    await expect(
      inAccount(async () =>
        world.app.get(Reader).inWorkspace('select id from documents where account_id = $1 and workspace_id = $2'),
      ),
    ).rejects.toMatchObject({ code: 'gate_refused' });
  });

  test('a column without the privilege is not left out of a command, but refused', async () => {
    const [cell] = world.app.get(Cells).all();
    const target = cell?.dataSource.entityMetadatas.find(({ tableName }) => tableName === 'accounts')?.target ?? '';
    const accounts = new ScopedRepository(target, 'account', world.app.get(UnitOfWork));
    const command = (changes: object) =>
      inAccount(() =>
        world.app.get(UnitOfWork).run(async () => {
          await accounts.update({}, changes);
          world.app.get(UnitOfWork).require().nothingHappened();
        }),
      );
    await expect(command({ dataRegion: 'us-east-1' })).rejects.toMatchObject({
      message: expect.stringContaining('may not update accounts.data_region'),
    });
    await command({ name: acme.name });
  });

  test('RES-03 an account is not looked for in a cell that does not hold it', async () => {
    const elsewhere = { id: acme.id, cell: 'us-east-1' };
    const rows = await contexts().runAs({ actor: job('test', 'any'), account: elsewhere }, () =>
      world.app.get(Reader).inAccount('select 1 from accounts where account_id = $1'),
    );
    expect(rows).toEqual([]);
    await expect(
      contexts().runAs({ actor: job('test', 'any'), account: { id: acme.id, cell: 'nowhere' } }, () =>
        world.app.get(Reader).inAccount('select 1 from accounts where account_id = $1'),
      ),
    ).rejects.toMatchObject({ code: 'account_moved' });
  });

  test('RES-03 a cell lends a connection only for an account that lives in it', async () => {
    const [here, there] = world.app.get(Cells).all();
    const read = (cell: typeof here) => inAccount(() => cell?.dataSource.query('select 1') ?? Promise.resolve());
    await expect(read(here)).resolves.toHaveLength(1);
    await expect(read(there)).rejects.toMatchObject({ code: 'account_moved' });
  });

  test('a unit of work is not carried into another context', async () => {
    await expect(
      inAccount(() =>
        world.app.get(UnitOfWork).run(async () => {
          await contexts().runAs({ actor: job('other', 'any'), account: acme.place }, async () =>
            world.app.get(UnitOfWork).require(),
          );
        }),
      ),
    ).rejects.toMatchObject({ code: 'unit_of_work_missing' });
  });
});
