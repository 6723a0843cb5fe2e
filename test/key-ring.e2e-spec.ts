import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { testKey } from '#libs/testing';
import { openWorld } from './open-world.js';

test('AUT-01 of a ring of keys the first signs and every one verifies; a key taken out of the ring does not', async () => {
  const old = createSecretKey(testKey('old'), 'base64');
  const world = await openWorld({ TOKEN_KEYS: `new:${testKey('new')},old:${testKey('old')}` });
  try {
    const { token } = await (await world.account('Ring')).ownerClient();
    expect(jwt.decode(token ?? '', { complete: true })?.header.kid).toBe('new');
    const { iat: _iat, exp: _exp, ...claims } = jwt.decode(token ?? '') as jwt.JwtPayload;
    const signedBy = (kid: string) =>
      jwt.sign(claims, old, { keyid: kid, expiresIn: 60, header: { alg: 'HS256', typ: 'at+jwt' } });
    await world.as(signedBy('old')).get('/v1/account').expect(200);
    await world.as(signedBy('older')).get('/v1/account').expect(401);
  } finally {
    await world.close();
  }
});
