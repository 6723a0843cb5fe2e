import { createSecretKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isUuid, type TokenSettings } from '#libs/context';
import type { Principal } from '#libs/access';
import jwt from 'jsonwebtoken';

/** Name of the provider of the token settings, with at least one key. */
export const TOKEN_SETTINGS = Symbol('token settings');

/** RFC 9068 §2.1: keeps tokens of other kinds from being taken for access tokens. */
const TYPE = 'at+jwt';

/** A fresh token and its life in seconds. */
export interface IssuedToken {
  readonly access_token: string;
  readonly expires_in: number;
  /** The account that it is for; null for none. */
  readonly account_id: string | null;
  /** The workspace that it is for; null for none. */
  readonly workspace_id: string | null;
}

interface Claims {
  readonly sub?: unknown;
  readonly sid?: unknown;
  readonly cid?: unknown;
  readonly acr?: unknown;
  readonly amr?: unknown;
  readonly auth_time?: unknown;
  readonly acc?: unknown;
  readonly cell?: unknown;
  readonly asid?: unknown;
  readonly ws?: unknown;
}

/**
 * Makes access tokens (JWT, HS256) and knows how they are checked: key ring with `kid`, issuer, audience, type.
 *
 * @guard
 */
@Injectable()
export class AccessTokens {
  private readonly keys: ReadonlyMap<string, KeyObject>;

  constructor(@Inject(TOKEN_SETTINGS) private readonly settings: TokenSettings) {
    this.keys = new Map(settings.keys.map(({ id, key }) => [id, key]));
  }

  /** What every token is checked against; nothing in the token can widen it. */
  get rules(): { readonly issuer: string; readonly audience: string; readonly algorithms: ['HS256'] } {
    return { issuer: this.settings.issuer, audience: this.settings.audience, algorithms: ['HS256'] };
  }

  /**
   * Signs a token that says who, in which sessions, and what was entered.
   *
   * @param session the account session behind it: the token does not outlive it, and lasts at most half as long as that may go
   * unused, because use is noticed when a token is renewed.
   */
  issue(principal: Principal, session?: { readonly expiresAt: Date; readonly idleSeconds: number }): IssuedToken {
    const [signing] = this.settings.keys;
    if (!signing) throw new Error('There is no key to sign tokens with.');
    const { userId, signInSessionId, clientId, assurance, account, workspaceId } = principal;
    const expires_in = session
      ? Math.max(
          1,
          Math.min(this.settings.seconds, Math.floor(session.idleSeconds / 2), secondsUntil(session.expiresAt)),
        )
      : this.settings.seconds;
    const claims = {
      sub: userId,
      sid: signInSessionId,
      cid: clientId,
      acr: String(assurance.level),
      amr: assurance.methods,
      auth_time: assurance.at,
      ...(account && { acc: account.id, cell: account.cell, asid: account.sessionId }),
      ...(workspaceId && { ws: workspaceId }),
    };
    const access_token = jwt.sign(claims, signing.key, {
      algorithm: 'HS256',
      keyid: signing.id,
      issuer: this.settings.issuer,
      audience: this.settings.audience,
      expiresIn: expires_in,
      header: { alg: 'HS256', typ: TYPE },
    });
    return { access_token, expires_in, account_id: account?.id ?? null, workspace_id: workspaceId ?? null };
  }

  /** The key that a token claims to be signed with; undefined for a token that is not one of ours by its header. */
  keyFor(token: string): KeyObject | undefined {
    const header = headerOf(token);
    if (header?.typ !== TYPE || header.alg !== 'HS256' || typeof header.kid !== 'string') return undefined;
    // a ring of KeyObjects: with a string, every verification would derive the key anew
    return this.keys.get(header.kid);
  }

  /** What checked claims say; null where they are not those of an access token. */
  principalOf({ sub, sid, cid, acr, amr, auth_time: at, acc, cell, asid, ws }: Claims): Principal | null {
    if (!isUuid(sub) || !isUuid(sid) || !isUuid(cid)) return null;
    if ((acr !== '1' && acr !== '2') || !Array.isArray(amr) || typeof at !== 'number') return null;
    const assurance = { level: acr === '2' ? 2 : 1, methods: amr.map(String), at } as const;
    const base = { userId: sub, signInSessionId: sid, clientId: cid, assurance };
    if (acc === undefined && ws === undefined) return base;
    if (!isUuid(acc) || !isUuid(asid) || typeof cell !== 'string') return null;
    const account = { id: acc, cell, sessionId: asid };
    if (ws === undefined) return { ...base, account };
    return isUuid(ws) ? { ...base, account, workspaceId: ws } : null;
  }
}

function secondsUntil(moment: Date): number {
  return Math.floor((moment.getTime() - Date.now()) / 1_000);
}

/** The header of a token, unverified; undefined where it has none that can be read. */
function headerOf(
  token: string,
): { readonly typ?: unknown; readonly alg?: unknown; readonly kid?: unknown } | undefined {
  try {
    return Object(JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

/** The settings with a key: the ring that was configured, else one key derived from the installation's secret. */
export function withKeys(settings: TokenSettings, derived: KeyObject): TokenSettings {
  return settings.keys.length
    ? settings
    : { ...settings, keys: [{ id: 'derived', key: createSecretKey(derived.export()) }] };
}
