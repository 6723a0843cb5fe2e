import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Principal } from '#libs/access';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { AccessTokens } from './access-tokens.service.js';

/** Checks bearer tokens: signature by `kid`, algorithm allow-list, issuer, audience, type and expiry. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly tokens: AccessTokens) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: never) => void) => {
        const key = tokens.keyFor(token);
        // without a key jsonwebtoken throws at a token without a signature, and the request would end as an error of ours
        return key ? done(null, key as never) : done(new Error('The token names no key of the ring.'));
      },
      jsonWebTokenOptions: { complete: false },
      ...tokens.rules,
    });
  }

  /** Called with claims whose signature holds. Whether the sessions behind them still live is the access guard's to ask. */
  validate(claims: Record<string, unknown>): Principal | false {
    return this.tokens.principalOf(claims) ?? false;
  }
}
