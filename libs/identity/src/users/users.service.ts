import { Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail } from '#libs/audit';
import { newId } from '#libs/context';
import { AlreadyExistsError, Directory } from '#libs/database';
import { readMailedToken } from '../tokens/mailed-token.js';
import { assertEmail, emailKey } from './email-address.js';
import { AddressTakenError, MailedTokenRefusedError } from '../identity.errors.js';
import { InvalidRequestError } from '#libs/http';
import { PasswordRules } from '../passwords/password-rules.service.js';
import { Passwords } from '../passwords/passwords.service.js';

/** A person, in the directory. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** The people of the directory. */
@Injectable()
export class Users {
  constructor(
    private readonly directory: Directory,
    private readonly passwords: Passwords,
    private readonly rules: PasswordRules,
    private readonly trail: PlatformTrail,
  ) {}

  /**
   * Creates a user with a password.
   *
   * @throws {AddressTakenError} where the address is taken, in whatever spelling.
   * @throws {InvalidRequestError} for a malformed address or a password that the rules refuse.
   */
  async create(input: {
    readonly name: string;
    readonly email: string;
    readonly password: string;
    readonly createdBy: string;
  }): Promise<User> {
    const { name, email, password, createdBy } = input;
    assertName(name);
    assertEmail(email);
    this.rules.assert(password, [name, email]);
    const user = { id: newId(), name, email: email.trim() };
    const hash = await this.passwords.hash(password);
    await takingAddress(() =>
      this.trail.record(
        { category: 'administration', action: 'user.create', actor: createdBy, userId: user.id },
        { requestId: newId() },
        [['create_user', user.id, emailKey(email), user.email, name, hash]],
      ),
    );
    return user;
  }

  /**
   * Makes a user of an address that a mailed secret proves, and uses the secret up.
   *
   * @throws {MailedTokenRefusedError} where the secret is wrong, used or too old.
   * @throws {AddressTakenError} where the address has a user by now.
   * @throws {InvalidRequestError} for a name or a password that is refused; the secret is still good.
   */
  async createVerified(
    token: string,
    { name, password }: { readonly name: string; readonly password: string },
    source: EventSource,
  ): Promise<User> {
    const read = readMailedToken(token);
    const [proved] = read
      ? await this.directory.call<{ email: string }>('find_verification', read.id, 'sign_up', read.hash)
      : [];
    if (!read || !proved) throw new MailedTokenRefusedError();
    assertName(name);
    this.rules.assert(password, [name, proved.email]);
    const id = newId();
    const hash = await this.passwords.hash(password);
    const [made] = await takingAddress(() =>
      this.directory.call<{ create_verified_user: string | null }>(
        'create_verified_user',
        read.id,
        read.hash,
        id,
        name,
        hash,
      ),
    );
    const email = made?.create_verified_user;
    // of two uses at once one is first
    if (!email) throw new MailedTokenRefusedError();
    await this.trail.record({ category: 'authentication', action: 'sign_up.completed', userId: id }, source);
    return { id, name, email };
  }

  /** The user with an address, in whatever spelling; null where there is none. */
  async findByEmail(email: string): Promise<User | null> {
    const [row] = await this.directory.call<{ user_id: string; name: string; email: string }>(
      'find_credential',
      emailKey(email),
    );
    return row ? { id: row.user_id, name: row.name, email: row.email } : null;
  }

  /** The user of an id; null where there is none. */
  async find(id: string): Promise<User | null> {
    const [row] = await this.directory.call<{ user_id: string; name: string; email: string }>('find_user', id);
    return row ? { id: row.user_id, name: row.name, email: row.email } : null;
  }
}

function assertName(name: string): void {
  if (!name.trim() || name.length > 100)
    throw new InvalidRequestError('A name has 1 to 100 characters.', [
      { field: 'name', problem: 'has the wrong length' },
    ]);
}

/** Says of a key that is taken what it means here. */
async function takingAddress<T>(create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof AlreadyExistsError) throw new AddressTakenError();
    throw error;
  }
}
