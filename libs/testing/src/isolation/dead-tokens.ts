import { type KeyObject, randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { difference } from '../answers.js';
import { callWith, type HttpProof, idAt, likeMissing, missingId, tableOf } from './http-proof.js';
import { type Field, idFields, type Operation } from './operations.js';
import type { ProofWorld } from './proof-world.js';

/** Somebody whom the directory still sends to an account where they are nobody any more. */
export interface Gone {
  readonly what: string;
  readonly accountId: string;
  /** Of a fresh sign-in, which is theirs to have. */
  readonly token: string;
}

/** Tokens that must not open anything, by what is wrong with each, and people who must not come in again. */
export interface DeadTokens {
  /** Of the session that the forged ones claim: alive as long as none of them was let through. */
  readonly living: string;
  /** Signed out before any account was entered. */
  readonly neverArrived: string;
  readonly tokens: ReadonlyMap<string, string>;
  readonly gone: readonly Gone[];
}

/** Makes one token of every kind that has to be refused: forged, expired, and of people and sessions that do not count any more. */
export async function makeDeadTokens(world: ProofWorld): Promise<DeadTokens> {
  const { own } = world;
  const tokens = new Map<string, string>();
  const living = await world.person(own, 'owner');
  const claims = jwt.decode(living.token) as Record<string, unknown>;
  const [signing] = world.world.tokens.keys;
  if (!signing) throw new Error('The application has no key that signs tokens.');
  const header = { alg: 'HS256', typ: 'at+jwt' } as const;
  const sign = (
    changes: Record<string, unknown>,
    head: Record<string, unknown> = {},
    key: KeyObject | Buffer = signing.key,
  ) => jwt.sign({ ...claims, ...changes }, key, { keyid: signing.id, header: { ...header, ...head } as jwt.JwtHeader });
  const now = Math.floor(Date.now() / 1_000);
  tokens.set('expired', sign({ iat: now - 100, exp: now - 50 }));
  tokens.set('not yet valid', sign({ nbf: now + 600 }));
  tokens.set('another audience', sign({ aud: 'somebody else' }));
  tokens.set('another issuer', sign({ iss: 'somebody else' }));
  tokens.set('another type', sign({}, { typ: 'JWT' }));
  tokens.set('another key', sign({}, {}, randomBytes(32)));
  const unsigned = [{ alg: 'none', typ: 'at+jwt', kid: signing.id }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  tokens.set('unsigned', `${unsigned.join('.')}.`);
  tokens.set('another account, session kept', sign({ acc: world.globex.id }));
  tokens.set('another person, session kept', sign({ sub: world.attacker.userId }));
  const again = jwt.decode(await world.tokenOf(living.email, own)) as Record<string, unknown>;
  tokens.set('another sign-in, session kept', sign({ sid: again['sid'] }));
  tokens.set('session of nobody', sign({ asid: own.account.id }));
  tokens.set('a person that is no id', sign({ sub: 'somebody' }));
  tokens.set('no account session', sign({ asid: undefined }));
  tokens.set('a cell that is no text', sign({ cell: 7 }));
  tokens.set('another cell', sign({ cell: world.initech.place.cell }));

  const left = await world.person(own, 'owner');
  tokens.set('account session left', left.token);
  await world.world.as(left.token).enterAccount(own.account.id);

  const signedOut = await world.person(own, 'owner');
  tokens.set('signed out', signedOut.token);
  await world.world.as(signedOut.token).send('delete', '/v1/sessions/current');

  const removed = await world.person(own, 'viewer');
  tokens.set('removed member', removed.token);
  const lapsed = await world.person(own, 'owner');
  tokens.set('account session lapsed', lapsed.token);
  const suspended = await world.stage(await world.world.account('Suspended', own.account.place.cell));
  const frozen = await world.person(suspended, 'owner');
  tokens.set('suspended account', frozen.token);
  // what no operation of the product does yet, or does with more besides, is arranged past all policies
  const { cell } = own.account.place;
  const arrange = (text: string, id: string) => world.past.rows(cell, text, [id]);
  await arrange("update members set status = 'removed' where user_id = $1", removed.userId);
  await arrange("update account_sessions set expires_at = now() - interval '1 s' where user_id = $1", lapsed.userId);
  await arrange("update accounts set status = 'suspended' where account_id = $1", suspended.account.id);
  const gone: Gone[] = [];
  for (const [what, { email }, account] of [
    ['removed member', removed, own.account],
    ['suspended account', frozen, suspended.account],
  ] as const)
    gone.push({ what, accountId: account.id, token: (await world.world.signIn(email)).token ?? '' });
  const passing = await world.world.signIn(living.email);
  await passing.send('delete', '/v1/sessions/current');
  return { tokens, gone, living: living.token, neverArrived: passing.token ?? '' };
}

/** Every dead token, and none at all, on an operation: one and the same 401 for all. */
export async function attackWithDeadTokens(
  proof: HttpProof,
  operation: Operation,
  { tokens, living, neverArrived }: DeadTokens,
): Promise<void> {
  const { wire, world, report } = proof;
  if (operation.scope === 'public') return attackWithWrongCredential(proof, operation);
  const call = callWith(proof, operation, (field) => idAt(proof, world.own, field));
  const nobody = await wire.send(call);
  report.add(
    'http',
    operation.id,
    'token',
    'none',
    nobody.status === 401 ? undefined : `answered ${nobody.status} to nobody`,
  );
  const without = operation.scope === 'user' ? ([['signed out before entering', neverArrived]] as const) : [];
  for (const [kind, token] of [...tokens, ...without]) {
    // whoever is only signed in has no account that could be wrong
    const moved = kind === 'another cell';
    const answer = await wire.send(call, token);
    const differs = moved ? undefined : difference(answer, nobody);
    const failure =
      answer.status !== 401 ? `answered ${answer.status}` : differs && `differs from the answer to nobody: ${differs}`;
    report.add('http', operation.id, 'token', kind, failure);
  }
  // else every later attack with the same session would be refused for the wrong reason
  const { status } = await wire.send({ method: 'GET', path: '/v1/me', headers: {} }, living);
  const failure = status === 200 ? undefined : 'a token that should be dead was let through, and ended the session';
  report.add('http', operation.id, 'token', 'the session is untouched', failure);
}

/** What takes a password takes no wrong one; what takes a credential of another kind does nothing without, or with one made up. */
async function attackWithWrongCredential(proof: HttpProof, operation: Operation): Promise<void> {
  const { wire, world, report, meanings } = proof;
  if (operation.handler in meanings.given) {
    const before = await world.directoryRows();
    const plain = callWith(proof, operation, (field) => idAt(proof, world.own, field), { person: world.attacker });
    const answer = await wire.send(plain);
    const changed = before !== (await world.directoryRows());
    const failure = refusalOf(answer.status) ?? (changed ? 'a row has changed' : undefined);
    report.add('http', operation.id, 'token', 'without credential', failure);
    await attackWithSpoiledCredential(proof, operation);
  }
  if (!operation.fields.some(({ name }) => name === 'password')) return;
  const id = (field: Field) => idAt(proof, world.own, field);
  const call = callWith(proof, operation, id, { person: world.attacker, password: 'not the password at all' });
  const { status, text } = await wire.send(call);
  const failure = status < 400 || text.includes('token"') ? `answered ${status} to a wrong password` : undefined;
  report.add('http', operation.id, 'token', 'wrong password', failure);
}

/** A credential of several parts is refused where any one of them is spoiled, although the others are right. */
async function attackWithSpoiledCredential(proof: HttpProof, operation: Operation): Promise<void> {
  const { wire, world, report, meanings } = proof;
  const make = meanings.given[operation.handler];
  if (!make) return;
  // somebody else than the attacker, who is to have no factor and no cookie when the next attack begins
  const person = await world.person(world.own, 'viewer');
  const { headers = {}, fields = {} } = await make(world, person, world.own);
  for (const name of [...Object.keys(headers), ...Object.keys(fields)]) {
    const spoil = (part: Readonly<Record<string, unknown>>) =>
      name in part ? { ...part, [name]: spoiled(part[name]) } : part;
    const call = callWith(proof, operation, (field) => idAt(proof, world.own, field), {
      person,
      headers: spoil(headers) as Record<string, string>,
      fields: spoil(fields),
    });
    const { status } = await wire.send(call);
    report.add('http', operation.id, 'token', `${name} spoiled`, refusalOf(status));
  }
}

/** The same, but for its last sign. */
function spoiled(value: unknown): unknown {
  if (typeof value !== 'string') return {};
  return `${value.slice(0, -1)}${value.endsWith('x') ? 'y' : 'x'}`;
}

/** What is wrong with an answer to a credential that is none. */
function refusalOf(status: number): string | undefined {
  return status >= 400 && status < 500 ? undefined : `answered ${status}`;
}

/** Whoever is gone signs in anew: the account is not among theirs, and entering it is as if it did not exist. */
export async function attackByThoseGone(proof: HttpProof, operation: Operation, { gone }: DeadTokens): Promise<void> {
  const { wire, report } = proof;
  if (operation.scope !== 'user') return;
  const field = idFields(operation).find((one) => tableOf(proof, one) === 'accounts');
  for (const { what, accountId, token } of gone) {
    const send = (id: string) =>
      wire.send(
        callWith(proof, operation, () => id),
        token,
      );
    if (field) {
      const differs = likeMissing(await send(accountId), await send(missingId()));
      report.add('http', operation.id, 'entering', what, differs);
    } else if (operation.method === 'GET') {
      const shown = (await send('')).text.includes(accountId);
      report.add(
        'http',
        operation.id,
        'entering',
        what,
        shown ? `shows an account that is not theirs (${accountId})` : undefined,
      );
    }
  }
}
