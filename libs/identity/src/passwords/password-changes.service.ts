import { Injectable } from '@nestjs/common';
import { type Act, type Consequences, type EventSource, PlatformTrail } from '#libs/audit';
import type { RequestContext } from '#libs/context';
import { Directory, type DirectoryRow } from '#libs/database';
import { Outbox } from '#libs/mail';
import { MailedTokenRefusedError, PasskeyMissingError, WrongPasswordError } from '../identity.errors.js';
import { Sessions } from '../sessions/sessions.service.js';
import { readMailedToken } from '../tokens/mailed-token.js';
import { SignInLimits } from '../throttling/sign-in-limits.service.js';
import { assertEmail, emailKey } from '../users/email-address.js';
import { PasswordRules } from './password-rules.service.js';
import { Passwords } from './passwords.service.js';
import { PASSWORD } from '../identity.acts.js';

/** Kinds of mail about passwords. */
export const PASSWORD_RESET = 'password_reset';
export const PASSWORD_CHANGED = 'password_changed';

/** New passwords: by a mailed secret where the old one is lost, or by the old one. Every other sign-in ends with the old one. */
@Injectable()
export class PasswordChanges {
  constructor(
    private readonly directory: Directory,
    private readonly trail: PlatformTrail,
    private readonly outbox: Outbox,
    private readonly passwords: Passwords,
    private readonly rules: PasswordRules,
    private readonly sessions: Sessions,
    private readonly limits: SignInLimits,
  ) {}

  /** Asks for a mail with a secret. Does the same for every address, whether it is known or not; the worker looks it up. */
  async requestReset(email: string, source: EventSource): Promise<void> {
    assertEmail(email);
    await this.trail.record(PASSWORD.reset_requested, source, [
      this.outbox.request(PASSWORD_RESET, { email: email.trim(), emailKey: emailKey(email) }),
    ]);
  }

  /**
   * Sets a password by a mailed secret and ends every sign-in of the person.
   *
   * @returns names of the cells that have not heard of the ended sign-ins yet.
   * @throws {MailedTokenRefusedError} where the secret is wrong, used or too old.
   */
  async reset(token: string, password: string, source: EventSource): Promise<string[]> {
    const read = readMailedToken(token);
    const [person] = read
      ? await this.directory.call('find_verification', {
          wantedId: read.id,
          ofKind: PASSWORD_RESET,
          withSecretHash: read.hash,
        })
      : [];
    if (!read || !person?.user_id || !person.name) throw new MailedTokenRefusedError();
    await this.rules.assert(password, [person.name, person.email]);
    const hash = await this.passwords.hash(password);
    const userId = await this.trail.perform(
      ['reset_password', { verificationId: read.id, withSecretHash: read.hash, newPasswordHash: hash }],
      source,
      (id) => this.changed(PASSWORD.reset, id, person.email),
    );
    // of two uses at once one is first
    if (!userId) throw new MailedTokenRefusedError();
    return this.sessions.carryOf(userId);
  }

  /**
   * Changes the password of whoever asks, and ends their other sign-ins.
   *
   * @returns names of the cells that have not heard of the ended sign-ins yet.
   * @throws {WrongPasswordError} where the old one is not theirs; nothing has changed.
   */
  async change(current: string, next: string, context: RequestContext): Promise<string[]> {
    const { userId, signInSessionId } = context.requireUser();
    const person = await this.assertRight(current, context);
    await this.rules.assert(next, [person.name, person.email]);
    const hash = await this.passwords.hash(next);
    const act = [
      'change_password',
      { ofUser: userId, oldPasswordHash: person.password_hash, newPasswordHash: hash, keptSession: signInSessionId },
    ] as const;
    const done = await this.trail.perform(act, context, () => this.changed(PASSWORD.change, userId, person.email));
    if (!done) throw new WrongPasswordError();
    return this.sessions.carryOf(userId);
  }

  /** Removes the password of whoever asks: no hash of one is kept. @throws {PasskeyMissingError} where nothing could be signed in with */
  async remove(context: RequestContext): Promise<void> {
    const { userId } = context.requireUser();
    const done = await this.trail.perform(['remove_password', { ofUser: userId }], context, () => ({
      event: { ...PASSWORD.remove, userId },
    }));
    if (!done) throw new PasskeyMissingError();
  }

  /** Looks whether a password is that of whoever asks. @throws {WrongPasswordError} */
  async assertRight(password: string, context: RequestContext): Promise<DirectoryRow<'find_password'>> {
    const { userId } = context.requireUser();
    const [person] = await this.directory.call('find_password', { ofUser: userId });
    if (person) await this.limits.begin(person.email, context);
    const right = await this.passwords.matches(person?.password_hash, password);
    if (!right || !person) {
      await this.trail.record(
        {
          ...PASSWORD.refused,
          userId,
          refusal: { outcome: 'denied', reason: 'wrong_password' },
        },
        context,
      );
      throw new WrongPasswordError();
    }
    await this.limits.succeeded(person.email, context);
    return person;
  }

  private changed(act: Act, userId: string, email: string): Consequences {
    const addressee = { userId, email, emailKey: emailKey(email) };
    return {
      event: { ...act, userId },
      calls: [this.outbox.request(PASSWORD_CHANGED, addressee)],
    };
  }
}
