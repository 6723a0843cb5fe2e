import { createHmac, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Consequences, type EventSource, PlatformTrail } from '#libs/audit';
import { deriveKey, newId, NotFoundError, openText, sealText } from '#libs/context';
import { Directory, type DirectoryCall, type DirectoryRow } from '#libs/database';
import { Outbox } from '#libs/mail';
import { generateSecret, generateURI, verify } from 'otplib';
import { CodeRefusedError, FactorMissingError, TooManyCodesError, TooManyFactorsError } from '../identity.errors.js';
import { CREDENTIAL_KEY } from '../tokens/refresh-tokens.service.js';
import { emailKey } from '../users/email-address.js';
import { securityNotice } from '../users/security-notices.js';
import { type User, Users } from '../users/users.service.js';
import { hashOfRecovery, recoveryCode } from './recovery-code.js';
import { FACTOR, FACTORS, RECOVERY_CODES, SIGN_IN_CODE } from '../identity.acts.js';

/** Kind of the mail that carries a code, and of the code itself. */
export const SIGN_IN_CODE_MAIL = 'sign_in_code';
/** How a person proves a second time who they are. */
export const CODE_METHODS = ['totp', 'email', 'recovery_code'] as const;
/** One of {@link CODE_METHODS}. */
export type CodeMethod = (typeof CODE_METHODS)[number];

/** A second factor of a person. */
export interface Factor {
  readonly id: string;
  readonly kind: 'totp' | 'passkey' | 'email';
  readonly name: string;
  readonly createdAt: Date;
  /** Null while it was not used for the first time; it counts for nothing until then. */
  readonly confirmedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** A factor with what only this lib may see of it. */
export interface FactorRow extends DirectoryRow<'factors_of_user'> {
  readonly kind: Factor['kind'];
}

/** A factor to be added. A passkey has proved itself already and counts at once; the others count from their first code. */
export interface NewFactor {
  readonly id: string;
  readonly userId: string;
  readonly kind: Factor['kind'];
  readonly name: string;
  readonly sealed?: Buffer;
  readonly passkey?: {
    readonly credentialId: string;
    readonly publicKey: Buffer;
    readonly counter: number;
    readonly transports: readonly string[];
  };
}

/** Name of the provider of the product's name, as authenticator apps and passkeys show it: a text. */
export const PRODUCT_NAME = Symbol('product name');

/** Most factors of one person. */
const MAX_FACTORS = 20;
const RECOVERY_CODES_AT_ONCE = 10;
/** Codes that one person may try within a quarter of an hour. */
const MAX_ATTEMPTS = 10;
const ATTEMPT_WINDOW_SECONDS = 900;
/** A clock that is off by one step is not the person's fault (RFC 6238 §5.2). */
const TOLERANCE_SECONDS = 30;

/** The second factors of people: generators of codes, codes by mail, codes to recover with. Passkeys are {@link Passkeys}. */
@Injectable()
export class Factors {
  /** Encrypts the secrets of generators, each for its factor. */
  private readonly sealingKey: KeyObject;

  constructor(
    private readonly directory: Directory,
    private readonly trail: PlatformTrail,
    private readonly outbox: Outbox,
    private readonly users: Users,
    @Inject(CREDENTIAL_KEY) private readonly key: KeyObject,
    @Inject(PRODUCT_NAME) private readonly productName: string,
  ) {
    this.sealingKey = deriveKey(key, 'totp secret');
  }

  /** The factors of a person, in the order in which they were added. */
  async list(userId: string): Promise<Factor[]> {
    return (await this.rows(userId)).map((row) => ({
      id: row.id,
      kind: row.kind,
      name: row.name,
      createdAt: row.created_at,
      confirmedAt: row.confirmed_at,
      lastUsedAt: row.last_used_at,
    }));
  }

  /** How a person can prove a second time who they are; nothing where they have no factor. */
  async methods(userId: string): Promise<string[]> {
    const rows = (await this.rows(userId)).filter(({ confirmed_at }) => confirmed_at);
    // a mailbox that a password was set by is no second proof
    const kinds = new Set<string>(
      rows.filter((row) => row.kind !== 'email' || !row.mailbox_spent).map(({ kind }) => kind),
    );
    if (rows.length && (await this.recoveryCodesLeft(userId))) kinds.add('recovery_code');
    return [...kinds].sort();
  }

  /** Whether a person has a factor that counts. */
  async hasAny(userId: string): Promise<boolean> {
    return (await this.rows(userId)).some(({ confirmed_at }) => confirmed_at);
  }

  /** Begins a generator of codes. The secret is shown now and never again; {@link confirm} makes it count. */
  async addTotp(
    userId: string,
    name: string,
    source: EventSource,
  ): Promise<{ readonly id: string; readonly secret: string; readonly uri: string }> {
    const user = await this.requireUser(userId);
    const [id, secret] = [newId(), generateSecret()];
    await this.add({ id, userId, kind: 'totp', name, sealed: sealText(secret, this.sealingKey, id) }, source);
    return { id, secret, uri: generateURI({ issuer: this.productName, label: user.email, secret }) };
  }

  /** Begins codes by mail, and sends the first; {@link confirm} makes them count. */
  async addEmail(userId: string, source: EventSource): Promise<string> {
    const id = newId();
    await this.add({ id, userId, kind: 'email', name: 'Codes by mail' }, source);
    await this.sendCode(userId, source);
    return id;
  }

  /** Sends a code to the person's address; five an hour at most. */
  async sendCode(userId: string, source: EventSource): Promise<void> {
    const user = await this.requireUser(userId);
    const asked = { ...SIGN_IN_CODE.requested, userId } as const;
    await this.trail.record(asked, source, [
      this.outbox.request(SIGN_IN_CODE_MAIL, { userId, email: user.email, emailKey: emailKey(user.email) }),
    ]);
  }

  /**
   * Makes a factor count by its first code.
   *
   * @returns the kind, and codes to recover with where it is the first factor; they are shown now and never again.
   * @throws {CodeRefusedError} @throws {TooManyCodesError} @throws {NotFoundError} where it is not theirs or counts already.
   */
  async confirm(
    userId: string,
    factorId: string,
    code: string,
    source: EventSource,
  ): Promise<{ readonly kind: Factor['kind']; readonly recoveryCodes: string[] }> {
    const rows = await this.rows(userId);
    const row = rows.find(({ id, confirmed_at }) => id === factorId && !confirmed_at);
    if (!row || row.kind === 'passkey') throw new NotFoundError();
    const first = !rows.some(({ confirmed_at }) => confirmed_at);
    await this.counting(userId, source, async () => {
      if (row.kind === 'email') return this.directory.call(...this.mailedUse(userId, code));
      const act = await this.totpUse(userId, row, code);
      return act !== undefined && this.directory.call(...act);
    });
    const recoveryCodes = first ? newRecoveryCodes() : [];
    const user = await this.requireUser(userId);
    const done = await this.trail.perform(['confirm_factor', { factorId, ofUser: userId }], source, () =>
      this.added(user, row.kind, recoveryCodes),
    );
    if (!done) throw new NotFoundError();
    return { kind: row.kind, recoveryCodes };
  }

  /**
   * Uses a code, which is used up by that, in whatever many requests it comes at once.
   *
   * @throws {CodeRefusedError} for every reason alike. @throws {TooManyCodesError} after ten tries in a quarter of an hour.
   */
  async use(userId: string, method: CodeMethod, code: string, source: EventSource): Promise<void> {
    const event = { ...FACTOR.use, userId, details: { method } } as const;
    await this.counting(userId, source, async () => {
      for await (const act of this.usesOf(userId, method, code))
        if (await this.trail.perform(act, source, () => ({ event }))) return true;
      return false;
    });
  }

  /** Renames a factor. @throws {NotFoundError} where it is not theirs. */
  async rename(userId: string, factorId: string, name: string): Promise<void> {
    const isRenamed = await this.directory.call('rename_factor', { factorId, ofUser: userId, newName: name });
    if (!isRenamed) throw new NotFoundError();
  }

  /** Removes a factor; with the last one its recovery codes go. @throws {NotFoundError} where it is not theirs. */
  async remove(userId: string, factorId: string, source: EventSource): Promise<void> {
    const user = await this.requireUser(userId);
    const done = await this.trail.perform(['remove_factor', { factorId, ofUser: userId }], source, () => ({
      event: { ...FACTOR.remove, userId },
      calls: [securityNotice(this.outbox, user, 'factor_removed')],
    }));
    if (!done) throw new NotFoundError();
  }

  /** Removes whatever a person has, on the operator's behalf, for somebody who has lost everything. */
  async removeAll(userId: string, source: EventSource): Promise<number> {
    const removed = { ...FACTORS.remove_all, actor: 'operator', userId } as const;
    const user = await this.requireUser(userId);
    const count = await this.trail.perform(['remove_all_factors', { ofUser: userId }], source, () => ({
      event: removed,
      calls: [securityNotice(this.outbox, user, 'factor_removed')],
    }));
    return count ?? 0;
  }

  /** Ten codes to recover with, in place of those before; shown now and never again. @throws {FactorMissingError} */
  async makeRecoveryCodes(userId: string, source: EventSource): Promise<string[]> {
    if (!(await this.hasAny(userId))) throw new FactorMissingError();
    const codes = newRecoveryCodes();
    const made = { ...RECOVERY_CODES.make, userId } as const;
    await this.trail.record(made, source, [
      ['replace_recovery_codes', { ofUser: userId, newHashes: codes.map(hashOfRecovery) }],
    ]);
    return codes;
  }

  /** How many codes to recover with a person has left. */
  async recoveryCodesLeft(userId: string): Promise<number> {
    return (await this.directory.call('recovery_codes_left', { ofUser: userId })) ?? 0;
  }

  /** Everything of a person's factors; for this lib. */
  async rows(userId: string): Promise<FactorRow[]> {
    return (await this.directory.call('factors_of_user', { ofUser: userId })) as FactorRow[];
  }

  /**
   * Adds a factor. One that counts from the beginning is recorded, and the person is told by mail, in the same transaction.
   *
   * @returns codes to recover with, where it counts and is the first.
   * @throws {TooManyFactorsError}
   */
  async add(factor: NewFactor, source: EventSource): Promise<string[]> {
    const { id, userId, kind, name, sealed = null, passkey } = factor;
    const act = [
      'add_factor',
      {
        newId: id,
        ofUser: userId,
        ofKind: kind,
        newName: name,
        sealed,
        credential: passkey?.credentialId ?? null,
        key: passkey?.publicKey ?? null,
        count: passkey?.counter ?? null,
        overTransports: passkey?.transports ?? null,
        isConfirmed: passkey !== undefined,
        most: MAX_FACTORS,
      },
    ] as const;
    const recoveryCodes = passkey && !(await this.hasAny(userId)) ? newRecoveryCodes() : [];
    const user = await this.requireUser(userId);
    const done = passkey
      ? await this.trail.perform(act, source, () => this.added(user, kind, recoveryCodes))
      : await this.directory.call(...act);
    if (!done) throw new TooManyFactorsError(MAX_FACTORS);
    return recoveryCodes;
  }

  /** What is stored of a code by mail: a MAC under a key of ours, because eight digits are soon tried by whoever reads a hash. */
  hashOfMailed(userId: string, code: string): Buffer {
    return createHmac('sha256', this.key).update(`mailed code:${userId}:${code.trim()}`).digest();
  }

  private async counting(userId: string, source: EventSource, look: () => Promise<boolean>): Promise<void> {
    const isAllowed = await this.directory.call('begin_code_attempt', {
      ofUser: userId,
      most: MAX_ATTEMPTS,
      withinSeconds: ATTEMPT_WINDOW_SECONDS,
    });
    if (!isAllowed) throw new TooManyCodesError(ATTEMPT_WINDOW_SECONDS);
    if (!(await look())) {
      const refusal = { outcome: 'denied', reason: 'code_refused' } as const;
      await this.trail.record({ ...FACTOR.refused, userId, refusal }, source);
      throw new CodeRefusedError();
    }
    await this.directory.call('forget_code_attempts', { ofUser: userId });
  }

  /** What goes with a factor that counts from now on. */
  private added(user: User, kind: Factor['kind'], recoveryCodes: readonly string[]): Consequences {
    const codes: DirectoryCall[] = recoveryCodes.length
      ? [['replace_recovery_codes', { ofUser: user.id, newHashes: recoveryCodes.map(hashOfRecovery) }]]
      : [];
    return {
      event: { ...FACTOR.add, userId: user.id, details: { kind } },
      calls: [...codes, securityNotice(this.outbox, user, 'factor_added', { kind })],
    };
  }

  private async requireUser(userId: string): Promise<User> {
    const user = await this.users.find(userId);
    if (!user) throw new NotFoundError();
    return user;
  }

  /** The calls of the directory that use a code up, of which one takes effect where the code is right. */
  private async *usesOf(userId: string, method: CodeMethod, code: string): AsyncGenerator<DirectoryCall> {
    if (method === 'recovery_code')
      return yield ['use_recovery_code', { ofUser: userId, withCodeHash: hashOfRecovery(code) }];
    const rows = (await this.rows(userId)).filter((row) => row.kind === method && row.confirmed_at);
    if (method === 'email') {
      if (rows.some((row) => !row.mailbox_spent)) yield this.mailedUse(userId, code);
      return;
    }
    for (const row of rows) {
      const act = await this.totpUse(userId, row, code);
      if (act) yield act;
    }
  }

  /** The call that uses a time step of an authenticator app up; undefined where the code is not of one. */
  private async totpUse(
    userId: string,
    { id, sealed_secret: sealed }: FactorRow,
    code: string,
  ): Promise<DirectoryCall<'use_time_step'> | undefined> {
    if (!sealed || !/^\d{6}$/.test(code)) return undefined;
    const secret = openText(sealed, this.sealingKey, id);
    const found = await verify({ secret, token: code, epochTolerance: TOLERANCE_SECONDS });
    return found.valid && 'timeStep' in found
      ? ['use_time_step', { factorId: id, ofUser: userId, step: found.timeStep }]
      : undefined;
  }

  private mailedUse(userId: string, code: string): DirectoryCall<'use_mailed_code'> {
    return ['use_mailed_code', { ofUser: userId, withCodeHash: this.hashOfMailed(userId, code) }];
  }
}

function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES_AT_ONCE }, recoveryCode);
}
