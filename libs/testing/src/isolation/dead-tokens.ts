import { type KeyObject, randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { difference } from '../answers.js';
import { callWith, type HttpProof, idAt, likeMissing, missingId, tableOf } from './http-proof.js';
import { type Field, idFields, type Operation } from './operations.js';
import type { ProofWorld } from './proof-world.js';

/** Gives a token as it would be if it had been issued just now: none is refused for its age alone, however long a proof runs. */
export type TokenMaker = () => string;

/** Somebody whom the directory still sends to an account where they are nobody any more. */
export interface Gone {
  readonly what: string;
  readonly accountId: string;
  /** Of a fresh sign-in, which is theirs to have. */
  readonly token: TokenMaker;
}

/** Tokens that must not open anything, by what is wrong with each, and people who must not come in again. */
export interface DeadTokens {
  /** Of the session that the forged ones claim: alive as long as none of them was let through. */
  readonly living: TokenMaker;
  /** Signed out before any account was entered. */
  readonly neverArrived: TokenMaker;
  readonly tokens: ReadonlyMap<string, TokenMaker>;
  readonly gone: readonly Gone[];
}

type Claims = Readonly<Record<string, unknown>>;

/** Life of a token that is made here; one that is not valid yet will be after half of it. */
const SECONDS = 600;

/** Makes one token of every kind that has to be refused: forged, expired, and of people and sessions that do not count any more. */
export async function makeDeadTokens(world: ProofWorld): Promise<DeadTokens> {
  const { own } = world;
  const tokens = new Map<string, TokenMaker>();
  const living = await world.person(own, 'owner');
  const [signing] = world.world.tokens.keys;
  if (!signing) throw new Error('The application has no key that signs tokens.');
  const header = { alg: 'HS256', typ: 'at+jwt' } as const;
  const claimsOf = (token: string, changes: Claims = {}): Claims => {
    const now = Math.floor(Date.now() / 1_000);
    return { ...(jwt.decode(token) as Claims), iat: now, exp: now + SECONDS, ...changes };
  };
  const sign = (claims: Claims, head: Claims = {}, key: KeyObject | Buffer = signing.key) =>
    jwt.sign(claims, key, { keyid: signing.id, header: { ...header, ...head } as jwt.JwtHeader });
  const current =
    (token: string): TokenMaker =>
    () =>
      sign(claimsOf(token));
  /** The claims of somebody who may come in, with something about them, their head or their key that must not count. */
  const forge = (name: string, changes: Claims, head?: Claims, key?: Buffer) =>
    tokens.set(name, () => sign(claimsOf(living.token, changes), head, key));
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
  tokens.set('expired', () => sign(claimsOf(living.token, { iat: inSeconds(-100), exp: inSeconds(-50) })));
  tokens.set('not yet valid', () => sign(claimsOf(living.token, { nbf: inSeconds(SECONDS / 2) })));
  forge('another audience', { aud: 'somebody else' });
  forge('another issuer', { iss: 'somebody else' });
  forge('another type', {}, { typ: 'JWT' });
  forge('another key', {}, {}, randomBytes(32));
  forge('a key that is not in the ring', {}, { kid: 'somebody else' });
  tokens.set('unsigned', () => {
    const parts = [{ alg: 'none', typ: 'at+jwt', kid: signing.id }, claimsOf(living.token)];
    return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
  });
  tokens.set('signature left out', () => current(living.token)().replace(/[^.]*$/, ''));
  tokens.set('signature of nobody left out', () =>
    sign(claimsOf(living.token), { kid: 'somebody else' }).replace(/[^.]*$/, ''),
  );
  tokens.set('signature cut off', () => current(living.token)().replace(/\.[^.]*$/, ''));
  tokens.set('no token at all', () => 'nonsense');
  forge('another account, session kept', { acc: world.globex.id });
  forge('another person, session kept', { sub: world.attacker.userId });
  const again = jwt.decode(await world.tokenOf(living.email, own)) as Claims;
  forge('another sign-in, session kept', { sid: again['sid'] });
  forge('session of nobody', { asid: own.account.id });
  forge('a person that is no id', { sub: 'somebody' });
  forge('no account session', { asid: undefined });
  forge('a cell that is no text', { cell: 7 });
  forge('an assurance that there is not', { acr: '3' });
  forge('methods that are no list', { amr: 'pwd' });
  forge('a proof at no time', { auth_time: 'yesterday' });
  forge('another cell', { cell: world.initech.place.cell });

  const left = await world.person(own, 'owner');
  tokens.set('account session left', current(left.token));
  await world.world.as(left.token).enterAccount(own.account.id);

  const signedOut = await world.person(own, 'owner');
  tokens.set('signed out', current(signedOut.token));
  await world.world.as(signedOut.token).send('delete', '/v1/sessions/current');

  const removed = await world.person(own, 'viewer');
  tokens.set('removed member', current(removed.token));
  const lapsed = await world.person(own, 'owner');
  tokens.set('account session lapsed', current(lapsed.token));
  const suspended = await world.stage(await world.world.emptyAccount('Suspended', own.account.place.cell));
  const frozen = await world.person(suspended, 'owner');
  tokens.set('suspended account', current(frozen.token));
  // what no operation of the product does yet, or does with more besides, is arranged past all policies
  const { cell } = own.account.place;
  const arrange = (text: string, id: string) => world.past.rows(cell, text, [id]);
  await arrange("update members set status = 'removed' where user_id = $1", removed.userId);
  await arrange("update account_sessions set expires_at = now() - interval '1 s' where user_id = $1", lapsed.userId);
  await suspended.account.suspend();
  const gone: Gone[] = [];
  for (const [what, { email }, account] of [
    ['removed member', removed, own.account],
    ['suspended account', frozen, suspended.account],
  ] as const)
    gone.push({ what, accountId: account.id, token: current((await world.world.signIn(email)).token ?? '') });
  const passing = await world.world.signIn(living.email);
  await passing.send('delete', '/v1/sessions/current');
  return { tokens, gone, living: current(living.token), neverArrived: current(passing.token ?? '') };
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
    const answer = await wire.send(call, token());
    const differs = moved ? undefined : difference(answer, nobody);
    const failure =
      answer.status !== 401 ? `answered ${answer.status}` : differs && `differs from the answer to nobody: ${differs}`;
    report.add('http', operation.id, 'token', kind, failure);
  }
  // else every later attack with the same session would be refused for the wrong reason
  const { status } = await wire.send({ method: 'GET', path: '/v1/me', headers: {} }, living());
  const failure = status === 200 ? undefined : `the session that the forged tokens claim has ended (${status})`;
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
        token(),
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
