import type { INestApplicationContext } from '@nestjs/common';
import { type Actor, ContextStore, job, operator } from '#libs/context';
import { Factors, SignInLimits, Users } from '#libs/identity';
import { Accounts } from '#libs/tenants';
import type { World, WorldAccount } from '#libs/testing';
import { asOperatorOf, openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let globex: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
  globex = await world.account('Globex');
});
afterAll(() => world.close());

describe('TEN-13 the operator’s functions', () => {
  const BY = { requestId: 'a test' };
  const suspend = (app: INestApplicationContext, actor: Actor, suspended = true) =>
    app
      .get(ContextStore)
      .runAs({ actor, account: acme.place }, () =>
        app.get(Accounts).setSuspended(suspended, suspended ? 'unpaid' : undefined),
      );

  test.each([
    ['disable somebody', (app: INestApplicationContext, id: string) => app.get(Users).setDisabled(id, true, BY)],
    [
      'remove somebody’s second factors',
      (app: INestApplicationContext, id: string) => app.get(Factors).removeAll(id, BY),
    ],
    ['lift a block', (app: INestApplicationContext) => app.get(SignInLimits).lift('203.0.113.78', BY)],
    ['list blocks', (app: INestApplicationContext) => app.get(SignInLimits).blocked()],
    ['suspend an account', (app: INestApplicationContext) => suspend(app, job('test', 'any'))],
  ])('requests cannot %s', async (_, act) => {
    const { user } = await acme.addMember('member');
    await expect(act(world.app, user.id)).rejects.toMatchObject({ code: 'refused_by_database' });
    await (await world.signIn(user.email)).enterAccount(acme.id);
  });

  test('suspend an account, with an entry and the reason: nobody enters or goes on until it is resumed', async () => {
    const owner = await acme.ownerClient();
    const other = await globex.ownerClient();
    expect(await asOperatorOf(world, (app) => suspend(app, operator('test', 'any')))).toBe(true);
    expect(await asOperatorOf(world, (app) => suspend(app, operator('test', 'any')))).toBe(false);
    await owner.get('/v1/account').expect(401);
    const again = await world.signIn(acme.owner.email);
    expect((await again.post(`/v1/me/accounts/${acme.id}/enter`)).status).toBe(404);
    await other.get('/v1/account').expect(200);
    expect(await asOperatorOf(world, (app) => suspend(app, operator('test', 'any'), false))).toBe(true);
    const { body } = await (await acme.ownerClient())
      .get('/v1/account/audit-entries?category=administration')
      .expect(200);
    expect(body.items.slice(0, 2)).toMatchObject([
      { action: 'account.resume', actor_kind: 'operator' },
      { action: 'account.suspend', changes: { status: { from: 'active', to: 'suspended' }, reason: { to: 'unpaid' } } },
    ]);
  });
});
