import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';

/** Name of the provider of the key under which refresh tokens and CSRF tokens are made: a KeyObject. */
export const CREDENTIAL_KEY = Symbol('credential key');

const PREFIX = 'bh_rt';
const TAG_BYTES = 16;

/**
 * Makes the refresh tokens of programs: `bh_rt_<client>_<secret>.<tag>`. The successor of a token is derived from the token
 * itself under a key of ours, so that a repetition within the grace gets the same one and nothing but hashes is stored. The tag
 * tells a token that was once given out from a text that somebody made up: only the first ends a family (RFC 9700 §4.14.2).
 *
 * @guard
 */
@Injectable()
export class RefreshTokens {
  constructor(@Inject(CREDENTIAL_KEY) private readonly key: KeyObject) {}

  /** The first token of a client. */
  first(clientId: string): string {
    return this.tagged(clientId, randomBytes(32));
  }

  /** The token that follows another, always the same one. */
  after(token: string): string {
    return this.tagged(this.clientOf(token) ?? '', createHmac('sha256', this.key).update(`next:${token}`).digest());
  }

  /** The client whose token it is, was or will be; undefined for what we never gave out. */
  clientOf(token: string): string | undefined {
    const [, clientId = '', secret = '', tag = ''] =
      /^bh_rt_([0-9a-f-]{36})_([\w-]{43})\.([\w-]{22})$/.exec(token) ?? [];
    // the text and not its bytes: its last sign says less than a sign could
    const [given, expected] = [Buffer.from(tag), Buffer.from(this.tagOf(clientId, secret).toString('base64url'))];
    return given.length === expected.length && timingSafeEqual(given, expected) ? clientId : undefined;
  }

  private tagged(clientId: string, secret: Buffer): string {
    const text = secret.toString('base64url');
    return `${PREFIX}_${clientId}_${text}.${this.tagOf(clientId, text).toString('base64url')}`;
  }

  private tagOf(clientId: string, secret: string): Buffer {
    return createHmac('sha256', this.key).update(`tag:${clientId}:${secret}`).digest().subarray(0, TAG_BYTES);
  }
}
