import { createHmac, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail } from '#libs/audit';
import { deriveKey, newId, NotFoundError, openText, sealText } from '#libs/context';
import { Directory } from '#libs/database';
import { Outbox } from '#libs/mail';
import { generateSecret, generateURI, verify } from 'otplib';
import { CodeRefusedError, FactorMissingError, TooManyCodesError, TooManyFactorsError } from '../identity.errors.js';
import { CREDENTIAL_KEY } from '../tokens/refresh-tokens.service.js';
import { emailKey } from '../users/email-address.js';
import { Users } from '../users/users.service.js';
import { hashOfRecovery, recoveryCode } from './recovery-code.js';

/** Kind of the mail that carries a code, and of the code itself. */
export const SIGN_IN_CODE = 'sign_in_code';
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
export interface FactorRow extends Record<string, unknown> {
  readonly id: string;
  readonly kind: Factor['kind'];
  readonly name: string;
  readonly sealed_secret: Buffer | null;
  readonly credential_id: string | null;
  readonly public_key: Buffer | null;
  readonly counter: string | null;
  readonly transports: string[] | null;
  readonly created_at: Date;
  readonly confirmed_at: Date | null;
  readonly last_used_at: Date | null;
  readonly mailbox_spent: boolean;
}

/** Most factors of one person. */
const MOST_FACTORS = 20;
const RECOVERY_CODES = 10;
/** Codes that one person may try within a quarter of an hour. */
const MOST_TRIES = 10;
const TRIES_WITHIN_SECONDS = 900;
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
  ): Promise<{ readonly id: string; readonly secret: string; readonly uri: string }> {
    const user = await this.users.find(userId);
    if (!user) throw new NotFoundError();
    const [id, secret] = [newId(), generateSecret()];
    await this.add({ id, userId, kind: 'totp', name, sealed: sealText(secret, this.sealingKey, id) });
    return { id, secret, uri: generateURI({ issuer: 'Bulkhead', label: user.email, secret }) };
  }

  /** Begins codes by mail, and sends the first; {@link confirm} makes them count. */
  async addEmail(userId: string, source: EventSource): Promise<string> {
    const id = newId();
    await this.add({ id, userId, kind: 'email', name: 'Codes by mail' });
    await this.sendCode(userId, source);
    return id;
  }

  /** Sends a code to the person's address; five an hour at most. */
  async sendCode(userId: string, source: EventSource): Promise<void> {
    const user = await this.users.find(userId);
    if (!user) throw new NotFoundError();
    const asked = { category: 'authentication', action: 'sign_in_code.requested', userId } as const;
    await this.trail.record(asked, source, [
      this.outbox.request(SIGN_IN_CODE, { userId, email: user.email, emailKey: emailKey(user.email) }),
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
    await this.counting(userId, source, () =>
      row.kind === 'totp' ? this.useTotp(userId, row, code) : this.useMailed(userId, code),
    );
    const [done] = await this.directory.call<{ confirm_factor: boolean }>('confirm_factor', factorId, userId);
    if (!done?.confirm_factor) throw new NotFoundError();
    await this.record('factor.add', userId, { kind: row.kind }, source);
    return { kind: row.kind, recoveryCodes: first ? await this.makeRecoveryCodes(userId, source) : [] };
  }

  /**
   * Uses a code, which is used up by that, in whatever many requests it comes at once.
   *
   * @throws {CodeRefusedError} for every reason alike. @throws {TooManyCodesError} after ten tries in a quarter of an hour.
   */
  async use(userId: string, method: CodeMethod, code: string, source: EventSource): Promise<void> {
    await this.counting(userId, source, async () => {
      if (method === 'recovery_code') return this.useRecovery(userId, code);
      const rows = (await this.rows(userId)).filter((row) => row.kind === method && row.confirmed_at);
      if (method === 'email') return rows.some((row) => !row.mailbox_spent) && this.useMailed(userId, code);
      for (const row of rows) if (await this.useTotp(userId, row, code)) return true;
      return false;
    });
    await this.record('factor.use', userId, { method }, source);
  }

  /** Renames a factor. @throws {NotFoundError} where it is not theirs. */
  async rename(userId: string, factorId: string, name: string): Promise<void> {
    const [row] = await this.directory.call<{ rename_factor: boolean }>('rename_factor', factorId, userId, name);
    if (!row?.rename_factor) throw new NotFoundError();
  }

  /** Removes a factor; with the last one its recovery codes go. @throws {NotFoundError} where it is not theirs. */
  async remove(userId: string, factorId: string, source: EventSource): Promise<void> {
    const [row] = await this.directory.call<{ remove_factor: boolean }>('remove_factor', factorId, userId);
    if (!row?.remove_factor) throw new NotFoundError();
    await this.record('factor.remove', userId, {}, source);
  }

  /** Removes whatever a person has, on the operator's behalf, for somebody who has lost everything. */
  async removeAll(userId: string, source: EventSource): Promise<number> {
    const [row] = await this.directory.call<{ remove_all_factors: number }>('remove_all_factors', userId);
    const removed = { category: 'administration', action: 'factors.remove_all', actor: 'operator', userId } as const;
    await this.trail.record(removed, source);
    return row?.remove_all_factors ?? 0;
  }

  /** Ten codes to recover with, in place of those before; shown now and never again. @throws {FactorMissingError} */
  async makeRecoveryCodes(userId: string, source: EventSource): Promise<string[]> {
    if (!(await this.hasAny(userId))) throw new FactorMissingError();
    const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
    await this.directory.call('replace_recovery_codes', userId, codes.map(hashOfRecovery));
    await this.record('recovery_codes.make', userId, {}, source);
    return codes;
  }

  /** How many codes to recover with a person has left. */
  async recoveryCodesLeft(userId: string): Promise<number> {
    const [row] = await this.directory.call<{ recovery_codes_left: number | null }>('recovery_codes_left', userId);
    return row?.recovery_codes_left ?? 0;
  }

  /** Everything of a person's factors; for this lib. */
  rows(userId: string): Promise<FactorRow[]> {
    return this.directory.call<FactorRow>('factors_of_user', userId);
  }

  /** Adds a factor. @throws {TooManyFactorsError} */
  async add(factor: {
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
  }): Promise<void> {
    const { id, userId, kind, name, sealed = null, passkey } = factor;
    const [row] = await this.directory.call<{ add_factor: boolean }>(
      'add_factor',
      id,
      userId,
      kind,
      name,
      sealed,
      passkey?.credentialId ?? null,
      passkey?.publicKey ?? null,
      passkey?.counter ?? null,
      passkey?.transports ?? null,
      passkey !== undefined,
      MOST_FACTORS,
    );
    if (!row?.add_factor) throw new TooManyFactorsError(MOST_FACTORS);
  }

  /** Records an event of a person's factors. */
  record(action: string, userId: string, details: Record<string, unknown>, source: EventSource): Promise<void> {
    return this.trail.record({ category: 'authentication', action, userId, details }, source);
  }

  /** What is stored of a code by mail: a MAC under a key of ours, because eight digits are soon tried by whoever reads a hash. */
  hashOfMailed(userId: string, code: string): Buffer {
    return createHmac('sha256', this.key).update(`mailed code:${userId}:${code.trim()}`).digest();
  }

  private async counting(userId: string, source: EventSource, look: () => Promise<boolean>): Promise<void> {
    const [allowed] = await this.directory.call<{ begin_code_attempt: boolean }>(
      'begin_code_attempt',
      userId,
      MOST_TRIES,
      TRIES_WITHIN_SECONDS,
    );
    if (!allowed?.begin_code_attempt) throw new TooManyCodesError(TRIES_WITHIN_SECONDS);
    if (!(await look())) {
      const refusal = { outcome: 'denied', reason: 'code_refused' } as const;
      await this.trail.record({ category: 'authentication', action: 'factor.refused', userId, refusal }, source);
      throw new CodeRefusedError();
    }
    await this.directory.call('forget_code_attempts', userId);
  }

  private async useTotp(userId: string, { id, sealed_secret: sealed }: FactorRow, code: string): Promise<boolean> {
    if (!sealed || !/^\d{6}$/.test(code)) return false;
    const secret = openText(sealed, this.sealingKey, id);
    const found = await verify({ secret, token: code, epochTolerance: TOLERANCE_SECONDS });
    if (!found.valid || !('timeStep' in found)) return false;
    const [row] = await this.directory.call<{ use_time_step: boolean }>('use_time_step', id, userId, found.timeStep);
    return row?.use_time_step ?? false;
  }

  private async useMailed(userId: string, code: string): Promise<boolean> {
    const [row] = await this.directory.call<{ use_mailed_code: boolean }>(
      'use_mailed_code',
      userId,
      this.hashOfMailed(userId, code),
    );
    return row?.use_mailed_code ?? false;
  }

  private async useRecovery(userId: string, code: string): Promise<boolean> {
    const [row] = await this.directory.call<{ use_recovery_code: boolean }>(
      'use_recovery_code',
      userId,
      hashOfRecovery(code),
    );
    return row?.use_recovery_code ?? false;
  }
}
