import { hash } from '@node-rs/argon2';
import { asOperator } from '#libs/database';
import { comparable, PASSWORD, type World, type WorldAccount } from '#libs/testing';
import { openWorld } from './open-world.js';

let world: World;
let acme: WorldAccount;
let overseas: WorldAccount;

beforeAll(async () => {
  world = await openWorld();
  acme = await world.emptyAccount('Acme');
  overseas = await world.emptyAccount('Overseas', 'us-east-1');
});
afterAll(() => world.close());

const NEXT = 'an entirely other phrase';
const inDirectory = <Row extends Record<string, unknown>>(text: string, ...values: unknown[]) =>
  asOperator(world.databases.adminUrlOf('directory'), async (admin) => (await admin.query<Row>(text, values)).rows);
const signIn = (email: string, password: string) => world.nobody.post('/v1/sessions', { email, password });
const ask = (email: string) => world.nobody.post('/v1/password-resets', { email });
const complete = (token: string, password = NEXT) =>
  world.nobody.post('/v1/password-resets/complete', { token, new_password: password });

describe('AUT-02 AUT-08 a lost password', () => {
  test('is replaced with what a mail carries, once, and every sign-in ends, in every cell', async () => {
    const { user } = await acme.addMember('developer');
    await overseas.addMember('viewer', { user });
    const here = await (await world.signIn(user.email)).enterAccount(acme.id);
    const there = await (await world.signIn(user.email)).enterAccount(overseas.id);
    await ask(` ${user.email.toUpperCase()} `).expect(202);
    const token = await world.codeMailedTo(user.email);
    expect((await complete(token).expect(200)).body).toEqual({ pending_cells: [] });
    for (const client of [here, there]) await client.get('/v1/account').expect(401);
    await signIn(user.email, PASSWORD).expect(401);
    await signIn(user.email, NEXT).expect(201);
    expect((await complete(token, 'some quite different words').expect(403)).body.code).toBe('mailed_token_refused');
    await signIn(user.email, NEXT).expect(201);
    expect((await world.mailsTo(user.email))[0]?.subject).toBe('Your password was changed');
  });

  test('B14 the answer is the same for an address that nobody has, and nothing is sent there', async () => {
    const known = await ask(acme.owner.email);
    const unknown = await ask('nobody.has.this@example.com');
    expect(comparable(unknown)).toEqual(comparable(known));
    expect(known.status).toBe(202);
    expect(await world.mailsTo('nobody.has.this@example.com')).toEqual([]);
  });

  test('B14 the API does the same work for both: what differs is the worker’s', async () => {
    const calls: string[][] = [];
    const spy = jest.spyOn(Object.getPrototypeOf(world.app.get((await import('#libs/database')).Directory)), 'callAll');
    try {
      for (const email of [acme.owner.email, 'nobody.has.this@example.com']) await ask(email).expect(202);
      for (const [list] of spy.mock.calls as [[string][]][]) calls.push(list.map(([name]) => name));
    } finally {
      spy.mockRestore();
    }
    expect(calls[0]).toEqual(['request_mail', 'record_platform_entry']);
    expect(calls[1]).toEqual(calls[0]);
  });

  test('twenty uses of one secret at once set one password', async () => {
    const user = await world.person('Parallel');
    await ask(user.email).expect(202);
    const token = await world.codeMailedTo(user.email);
    const tries = Array.from({ length: 20 }, (_, index) => `phrase number ${index} of a score`);
    const answers = await Promise.all(tries.map((password) => complete(token, password)));
    const won = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));
    expect(won).toHaveLength(1);
    await signIn(user.email, tries[won[0] as number] as string).expect(201);
  });

  test('what was mailed before a password was changed is good no more', async () => {
    const user = await world.person('Cautious');
    await ask(user.email).expect(202);
    const token = await world.codeMailedTo(user.email);
    const client = await world.signIn(user.email);
    await client.post('/v1/me/password', { current_password: PASSWORD, new_password: NEXT }).expect(200);
    await complete(token, 'the intruder’s own phrase').expect(403);
  });

  test('a second mail takes the place of the first', async () => {
    const user = await world.person('Twice');
    await ask(user.email).expect(202);
    const first = await world.codeMailedTo(user.email);
    await ask(user.email).expect(202);
    const second = await world.codeMailedTo(user.email);
    await complete(first).expect(403);
    await complete(second).expect(200);
  });

  test('what was mailed is good for an hour', async () => {
    const user = await world.person('Late');
    await ask(user.email).expect(202);
    const token = await world.codeMailedTo(user.email);
    await inDirectory(
      "update verifications set expires_at = expires_at - interval '1 hour' where user_id = $1",
      user.id,
    );
    await complete(token).expect(403);
    await signIn(user.email, PASSWORD).expect(201);
  });

  test('an address gets five such mails an hour, however often they are asked for', async () => {
    const user = await world.person('Flooded');
    for (let turn = 0; turn < 8; turn += 1) await ask(user.email).expect(202);
    expect(await world.mailsTo(user.email)).toHaveLength(5);
  });

  test.each(['nonsense', `bh_vt_${'0'.repeat(36)}_${'x'.repeat(43)}`])('%s is no secret', async (token) => {
    await complete(token).expect(403);
  });

  test('neither the secret nor its mail stands in the directory', async () => {
    const user = await world.person('Hashed');
    await ask(user.email).expect(202);
    const token = await world.codeMailedTo(user.email);
    const [row] = await inDirectory<{ text: string }>(
      `select (select string_agg(v::text, '') from verifications v) || (select string_agg(m::text, '') from outbox_messages m) as text`,
    );
    expect(row?.text).not.toContain(token.slice(-43));
  });
});

describe('AUT-02 a changed password', () => {
  const change = (client: Awaited<ReturnType<World['signIn']>>, current: string, next: string) =>
    client.post('/v1/me/password', { current_password: current, new_password: next });

  test('needs the current one, keeps this sign-in, and ends the others', async () => {
    const { user } = await acme.addMember('viewer');
    const here = await (await world.signIn(user.email)).enterAccount(acme.id);
    const there = await (await world.signIn(user.email)).enterAccount(acme.id);
    expect((await change(here, 'not the password', NEXT).expect(403)).body.code).toBe('wrong_password');
    await there.get('/v1/account').expect(200);
    expect((await change(here, PASSWORD, NEXT).expect(200)).body).toEqual({ pending_cells: [] });
    await there.get('/v1/account').expect(401);
    await here.get('/v1/account').expect(200);
    await signIn(user.email, NEXT).expect(201);
    const entries = await inDirectory<{ action: string }>(
      "select action from platform_entries where user_id = $1 and action like 'password%' order by id",
      user.id,
    );
    expect(entries.map(({ action }) => action)).toEqual(['password.refused', 'password.change']);
  });

  test('of two changes at once one counts', async () => {
    const user = await world.person('Two at once');
    const client = await world.signIn(user.email);
    const answers = await Promise.all([
      change(client, PASSWORD, 'the first of two phrases'),
      change(client, PASSWORD, 'the second of two phrases'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  });

  test.each([
    ['shorter than 12 characters', 'elevensigns'],
    ['shorter than 12 characters, however many bytes', '🔑'.repeat(11)],
    ['one of the commonest', 'password1234'],
    ['a run on the keyboard', 'qwertyuiop12'],
    ['a repetition', 'abcabcabcabcabcabc'],
    ['the own name', 'Rosalind1920'],
    ['the own address', 'person0@example.com'],
    ['longer than 256 characters', 'a phrase of words '.repeat(20)],
  ])('%s is refused, and says why', async (_, password) => {
    const user = await world.app.get((await import('#libs/identity')).Users).create({
      name: 'Rosalind Franklin',
      email: `rosalind.${Math.random().toString(36).slice(2)}@example.com`,
      password: PASSWORD,
      createdBy: 'test',
    });
    const { body } = await change(
      await world.signIn(user.email),
      PASSWORD,
      password.replace('person0@example.com', user.email),
    ).expect(400);
    expect(body.errors).toEqual([{ field: 'new_password', problem: expect.any(String), pointer: '#/new_password' }]);
    await signIn(user.email, PASSWORD).expect(201);
  });

  test.each([
    ['64 characters and more', 'correct horse battery staple under a wide and rainy northern sky at noon'],
    ['no digit and no sign', 'winterlicher kastanienbaum'],
    ['letters of every script', 'пятнистый гепард в зарослях'],
  ])('%s are taken', async (_, password) => {
    const user = await world.person('Somebody');
    await change(await world.signIn(user.email), PASSWORD, password).expect(200);
    await signIn(user.email, password).expect(201);
  });

  test('a hash of other parameters is made anew at the next sign-in, and no sign-in ends by that', async () => {
    const user = await world.person('Old hash');
    const before = await world.signIn(user.email);
    const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await inDirectory('update credentials set password_hash = $2 where user_id = $1', user.id, old);
    await signIn(user.email, PASSWORD).expect(201);
    const [row] = await inDirectory<{ password_hash: string }>(
      'select password_hash from credentials where user_id = $1',
      user.id,
    );
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await before.get('/v1/me').expect(200);
    await signIn(user.email, PASSWORD).expect(201);
  });
});
