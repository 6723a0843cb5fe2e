import { Injectable } from '@nestjs/common';
import { PlatformTrail } from '#libs/audit';
import { newId } from '#libs/context';
import { AlreadyExistsError, Directory } from '#libs/database';
import { emailKey, isEmail } from './email-address.js';
import { AddressTakenError } from '../identity.errors.js';
import { InvalidRequestError } from '#libs/http';
import { Passwords } from './passwords.service.js';

/** A person, in the directory. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 256;

/** The people of the directory. */
@Injectable()
export class Users {
  constructor(
    private readonly directory: Directory,
    private readonly passwords: Passwords,
    private readonly trail: PlatformTrail,
  ) {}

  /**
   * Creates a user with a password.
   *
   * @throws {AddressTakenError} where the address is taken, in whatever spelling.
   * @throws {InvalidRequestError} for a malformed address or a password of less than 12 or more than 256 characters.
   */
  async create(input: {
    readonly name: string;
    readonly email: string;
    readonly password: string;
    readonly createdBy: string;
  }): Promise<User> {
    const { name, email, password, createdBy } = input;
    if (!name.trim() || name.length > 100) {
      throw new InvalidRequestError('A name has 1 to 100 characters.', [
        { field: 'name', problem: 'has the wrong length' },
      ]);
    }
    if (!isEmail(email))
      throw new InvalidRequestError('The email address is malformed.', [
        { field: 'email', problem: 'must be an address' },
      ]);
    if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD) {
      throw new InvalidRequestError(`A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters.`, [
        { field: 'password', problem: 'has the wrong length' },
      ]);
    }
    const user = { id: newId(), name, email: email.trim() };
    const hash = await this.passwords.hash(password);
    try {
      await this.directory.callAll([
        ['create_user', user.id, emailKey(email), user.email, name, hash],
        this.trail.entry(
          { category: 'administration', action: 'user.create', actor: createdBy, userId: user.id },
          { requestId: newId() },
        ),
      ]);
    } catch (error) {
      if (error instanceof AlreadyExistsError) throw new AddressTakenError();
      throw error;
    }
    return user;
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
