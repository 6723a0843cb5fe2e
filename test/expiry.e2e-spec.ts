import { asOperator } from '#libs/database';
import { PASSWORD, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.account('Acme');
});
afterAll(() => world.close());

const run = (database: 'directory' | 'eu-west-1', text: string, ...values: unknown[]) =>
  asOperator(world.databases.adminUrlOf(database), (admin) => admin.query(text, values));

test('AUT-01 an account session that expired is refused, whatever its token says', async () => {
  const client = await acme.ownerClient();
  await client.get('/v1/account').expect(200);
  await run('eu-west-1', 'update public.account_sessions set expires_at = now()');
  await client.get('/v1/account').expect(401);
});

test('AUT-01 an account session does not outlive its sign-in', async () => {
  const signedIn = await world.signIn(acme.owner.email);
  await run('directory', "update public.sign_in_sessions set expires_at = now() + interval '1 minute'");
  await signedIn.enterAccount(acme.id);
  const { rows } = await run(
    'eu-west-1',
    "select max(expires_at) < now() + interval '61 seconds' as soon from public.account_sessions",
  );
  expect(rows).toEqual([{ soon: true }]);
});

test('AUT-01 a sign-in session that expired is refused', async () => {
  const signedIn = await world.signIn(acme.owner.email);
  await signedIn.get('/v1/me').expect(200);
  await run('directory', 'update public.sign_in_sessions set expires_at = now()');
  await signedIn.get('/v1/me').expect(401);
});

test('AUT-02 a disabled user is signed out and cannot sign in, with the answer of a wrong password', async () => {
  const person = await world.person('Gone');
  const signedIn = await world.signIn(person.email);
  await run('directory', "update public.users set status = 'disabled' where id = $1", person.id);
  await signedIn.get('/v1/me').expect(401);
  const { status, body } = await world.nobody.post('/v1/sessions', { email: person.email, password: PASSWORD });
  expect({ status, code: body.code }).toEqual({ status: 401, code: 'sign_in_refused' });
});

test('a suspended account is closed from the next request, and cannot be entered', async () => {
  const other = await world.account('Suspended');
  const signedIn = await world.signIn(other.owner.email);
  const client = await signedIn.enterAccount(other.id);
  await other.suspend();
  await client.get('/v1/account').expect(401);
  await signedIn.post(`/v1/me/accounts/${other.id}/enter`).expect(404);
});

test('A24 a context that the database refuses is 503 with Retry-After, never an empty list', async () => {
  const client = await acme.ownerClient();
  const { rows } = await run('eu-west-1', 'select inner_key from app.context_keys');
  await run('eu-west-1', "update app.context_keys set inner_key = sha256('other') || sha256('keys')");
  try {
    const { status, body, headers } = await client.get('/v1/account');
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'context_rejected' });
    expect(headers['retry-after']).toBe('1');
  } finally {
    await run('eu-west-1', 'update app.context_keys set inner_key = $1', (rows[0] as { inner_key: Buffer }).inner_key);
  }
  await client.get('/v1/account').expect(200);
});
