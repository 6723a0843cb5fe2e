import { Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail } from '#libs/audit';
import { newId } from '#libs/context';
import { AlreadyExistsError, Directory } from '#libs/database';
import { readMailedToken } from '../tokens/mailed-token.js';
import { assertEmail, emailKey } from './email-address.js';
import { EmailTakenError, MailedTokenRefusedError } from '../identity.errors.js';
import { InvalidRequestError } from '#libs/http';
import { PasswordRules } from '../passwords/password-rules.service.js';
import { Passwords } from '../passwords/passwords.service.js';
import { SIGN_UP, USER } from '../identity.acts.js';

/** A person, in the directory. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Somebody to be made. */
export interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** Kind of whoever makes them, for the trail. */
  readonly createdBy: string;
}

/** Somebody whose name, address and password have been looked at; {@link Users.insert} makes them. */
export interface PreparedUser {
  readonly user: User;
  readonly hash: string;
  readonly createdBy: string;
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
   * @throws {EmailTakenError} where the address is taken, in whatever spelling.
   * @throws {InvalidRequestError} for a malformed address or a password that the rules refuse.
   */
  async create(input: NewUser): Promise<User> {
    const prepared = await this.prepare(input);
    await this.insert(prepared);
    return prepared.user;
  }

  /**
   * Does all of {@link create} that can be done before anybody is made.
   *
   * @throws {InvalidRequestError} for a malformed address or a password that the rules refuse.
   */
  async prepare({ name, email, password, createdBy }: NewUser): Promise<PreparedUser> {
    assertName(name);
    assertEmail(email);
    await this.rules.assert(password, [name, email]);
    return { user: { id: newId(), name, email: email.trim() }, hash: await this.passwords.hash(password), createdBy };
  }

  /** Makes a person who was prepared. @throws {EmailTakenError} where the address is taken, in whatever spelling. */
  async insert({ user, hash, createdBy }: PreparedUser): Promise<void> {
    await takingEmail(() =>
      this.trail.record({ ...USER.create, actor: createdBy, userId: user.id }, { requestId: newId() }, [
        [
          'create_user',
          {
            newId: user.id,
            newEmailKey: emailKey(user.email),
            newEmail: user.email,
            newName: user.name,
            newPasswordHash: hash,
          },
        ],
      ]),
    );
  }

  /**
   * Makes a user of an address that a mailed secret proves, and uses the secret up.
   *
   * @throws {MailedTokenRefusedError} where the secret is wrong, used or too old.
   * @throws {EmailTakenError} where the address has a user by now.
   * @throws {InvalidRequestError} for a name or a password that is refused; the secret is still good.
   */
  async createVerified(
    token: string,
    { name, password }: { readonly name: string; readonly password: string },
    source: EventSource,
  ): Promise<User> {
    const read = readMailedToken(token);
    const [proved] = read
      ? await this.directory.call('find_verification', {
          wantedId: read.id,
          ofKind: 'sign_up',
          withSecretHash: read.hash,
        })
      : [];
    if (!read || !proved) throw new MailedTokenRefusedError();
    assertName(name);
    await this.rules.assert(password, [name, proved.email]);
    const id = newId();
    const hash = await this.passwords.hash(password);
    const email = await takingEmail(() =>
      this.trail.perform(
        [
          'create_verified_user',
          { verificationId: read.id, withSecretHash: read.hash, newId: id, newName: name, newPasswordHash: hash },
        ],
        source,
        () => ({
          event: { ...SIGN_UP.completed, userId: id },
        }),
      ),
    );
    // of two uses at once one is first
    if (!email) throw new MailedTokenRefusedError();
    return { id, name, email };
  }

  /**
   * Lets a person sign in no more, or again. Whoever is disabled is signed out everywhere; their memberships stay.
   *
   * @returns false where that was so already.
   */
  async setDisabled(userId: string, disabled: boolean, source: EventSource): Promise<boolean> {
    const event = { ...(disabled ? USER.disable : USER.enable), actor: 'operator', userId } as const;
    const act = ['set_user_disabled', { ofUser: userId, toDisabled: disabled }] as const;
    return (await this.trail.perform(act, source, () => ({ event }))) !== undefined;
  }

  /** The user with an address, in whatever spelling; null where there is none. */
  async findByEmail(email: string): Promise<User | null> {
    const [row] = await this.directory.call('find_credential', { wantedEmailKey: emailKey(email) });
    return row ? { id: row.user_id, name: row.name, email: row.email } : null;
  }

  /** The user of an id; null where there is none. */
  async find(id: string): Promise<User | null> {
    const [row] = await this.directory.call('find_user', { wantedId: id });
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
async function takingEmail<T>(create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof AlreadyExistsError) throw new EmailTakenError();
    throw error;
  }
}
