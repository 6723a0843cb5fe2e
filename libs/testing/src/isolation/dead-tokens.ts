import { type KeyObject, randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { difference } from '../answers.js';
import { callWith, type HttpProof, idAt } from './http-proof.js';
import type { Operation } from './operations.js';
import type { ProofWorld } from './proof-world.js';

/** Tokens that must not open anything, by what is wrong with each. */
export type DeadTokens = ReadonlyMap<string, string>;

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
  tokens.set('another cell', sign({ cell: world.initech.place.cell }));

  const left = await world.person(own, 'owner');
  tokens.set('account session left', left.token);
  await world.world.as(left.token).enterAccount(own.account.id);

  const gone = await world.person(own, 'owner');
  tokens.set('signed out', gone.token);
  await world.world.as(gone.token).send('delete', '/v1/sessions/current');

  const removed = await world.person(own, 'viewer');
  tokens.set('removed member', removed.token);
  const lapsed = await world.person(own, 'owner');
  tokens.set('account session lapsed', lapsed.token);
  const suspended = await world.stage(await world.world.account('Suspended', own.account.place.cell));
  tokens.set('suspended account', (await world.person(suspended, 'owner')).token);
  // what no operation of the product does yet, or does with more besides, is arranged past all policies
  const { cell } = own.account.place;
  const arrange = (text: string, id: string) => world.past.rows(cell, text, [id]);
  await arrange("update members set status = 'removed' where user_id = $1", removed.userId);
  await arrange("update account_sessions set expires_at = now() - interval '1 s' where user_id = $1", lapsed.userId);
  await arrange("update accounts set status = 'suspended' where account_id = $1", suspended.account.id);
  return tokens;
}

/** Every dead token, and none at all, on an operation: one and the same 401 for all. */
export async function attackWithDeadTokens(proof: HttpProof, operation: Operation, tokens: DeadTokens): Promise<void> {
  const { wire, world, report } = proof;
  if (operation.scope === 'public') return;
  const call = callWith(proof, operation, (field) => idAt(proof, world.own, field));
  const nobody = await wire.send(call);
  report.add(
    'http',
    operation.id,
    'token',
    'none',
    nobody.status === 401 ? undefined : `answered ${nobody.status} to nobody`,
  );
  for (const [kind, token] of tokens) {
    // whoever is only signed in has no account that could be wrong
    const moved = kind === 'another cell';
    const answer = await wire.send(call, token);
    const differs = moved ? undefined : difference(answer, nobody);
    const failure =
      answer.status !== 401 ? `answered ${answer.status}` : differs && `differs from the answer to nobody: ${differs}`;
    report.add('http', operation.id, 'token', kind, failure);
  }
}
