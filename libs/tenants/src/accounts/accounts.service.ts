import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween } from '#libs/audit';
import { type ContextInput, ContextStore, newId, NotFoundError } from '#libs/context';
import { Cells, Directory, UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { InvalidRequestError } from '#libs/http';
import { AccountSessions, type User } from '#libs/identity';
import { RegionUnknownError } from '../tenants.errors.js';
import { Subscribing, type SubscriptionStart } from './subscribing.port.js';
import { AccountEntity } from './account.entity.js';
import { MemberEntity } from '../members/member.entity.js';
import { ACCOUNT } from '../tenants.acts.js';

/** Settings that a request may change. */
export interface AccountSettings {
  readonly name?: string;
  readonly timeZone?: string;
  /** A session that is not used ends after so many minutes; null for the installation's own figure. */
  readonly sessionIdleMinutes?: number | null;
  /** A session ends after so many minutes however much it is used; null for the installation's own figure. */
  readonly sessionMinutes?: number | null;
  /** Whoever switches away or here leaves with every tab. */
  readonly strictSwitching?: boolean;
  /** Whether everybody who enters needs a second factor; owners alone change it. */
  readonly secondFactor?: 'required' | 'optional';
  /** None: whoever enters has signed in without one, and keeps none; owners alone change it. */
  readonly passwords?: 'allowed' | 'none';
}

/** Accounts: made by the operator, changed by their owners and admins. */
@Injectable()
export class Accounts {
  constructor(
    private readonly contexts: ContextStore,
    private readonly cells: Cells,
    private readonly directory: Directory,
    private readonly work: UnitOfWork,
    @InjectRepository(AccountEntity) private readonly accounts: ScopedRepository<AccountEntity>,
    @InjectRepository(MemberEntity) private readonly members: ScopedRepository<MemberEntity>,
    private readonly sessions: AccountSessions,
    private readonly subscribing: Subscribing,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Makes an account with its first owner: a pending pointer in the directory, the rows in the cell, which decide, and the
   * pointer made active. A call that was interrupted, or that runs twice at once, can be repeated with the same id.
   *
   * @param by who makes it, and in which request, where it was one. An operator's account pays nothing.
   * @throws {RegionUnknownError} where no cell holds the region.
   * @throws {NotFoundError} where the account is there, and its owner is no member any more.
   */
  async create(
    input: {
      readonly id?: string;
      readonly name: string;
      readonly region: string;
      readonly timeZone?: string;
      readonly owner: User;
      /** Default `required`. */
      readonly secondFactor?: 'required' | 'optional';
    },
    by: Pick<ContextInput, 'actor' | 'requestId' | 'origin'>,
  ): Promise<{ readonly id: string; readonly cell: string; readonly start: SubscriptionStart }> {
    const { name, region, owner, timeZone = 'UTC', secondFactor = 'required' } = input;
    // before anything is begun: a pointer whose account the cell refuses would stay pending
    const cell = this.assertPossible(input);
    const id = input.id ?? newId();
    await this.directory.call('begin_account', { newId: id, inCell: cell });
    let start = by.actor.kind === 'operator' ? 'granted' : await this.subscribing.claimStart(owner.id, id);
    await this.contexts.runAs({ ...by, account: { id, cell } }, () =>
      this.work.run(async () => {
        await this.work.require().lock('account', 'alone');
        if (await this.accounts.findOne({})) {
          // an owner who has left since is not brought back
          const isThere = (await this.members.findOne({ userId: owner.id, status: 'active' })) !== null;
          if (!isThere && by.actor.kind !== 'operator') throw new NotFoundError();
          start = (await this.subscribing.startOf()) ?? start;
          return this.work.require().nothingHappened();
        }
        await this.accounts.insert({ name, dataRegion: region, timeZone, secondFactor });
        await this.subscribing.begin(start);
        await this.members.insert({
          id: newId(),
          userId: owner.id,
          name: owner.name,
          email: owner.email,
          role: 'owner',
          access: 'all',
        });
        await this.trail.record({
          ...ACCOUNT.create,
          resource: { type: 'account', id },
          changes: { name: { to: name }, owner: { to: owner.id } },
        });
      }),
    );
    await this.directory.call('activate_account', { begunId: id });
    await this.directory.call('link_user', { toUser: owner.id, toAccount: id });
    return { id, cell, start };
  }

  /** Whether the creation of an account has begun, finished or not. */
  async isBegun(id: string): Promise<boolean> {
    return (await this.directory.call('locate_account', { wantedId: id })).length > 0;
  }

  /**
   * Looks whether an account could be made so.
   *
   * @returns the cell that would hold it.
   * @throws {InvalidRequestError} for a name or a time zone that is none.
   * @throws {RegionUnknownError} where no cell holds the region.
   */
  assertPossible({ name, region, timeZone = 'UTC' }: { name: string; region: string; timeZone?: string }): string {
    if (!name.trim() || name.length > 100) {
      throw new InvalidRequestError('The name of an account has 1 to 100 characters.', [
        { field: 'name', problem: 'has the wrong length' },
      ]);
    }
    if (!isTimeZone(timeZone)) {
      throw new InvalidRequestError('The time zone is not in the IANA database.', [
        { field: 'time_zone', problem: 'is unknown' },
      ]);
    }
    const cell = this.cells.ofRegion(region)?.name;
    if (!cell) throw new RegionUnknownError(this.cells.all().map((known) => known.region));
    return cell;
  }

  /**
   * Changes the settings of the context's account.
   *
   * @throws {PreconditionFailedError} where `version` is not the newest.
   */
  async update(version: number, changes: AccountSettings): Promise<void> {
    if (changes.timeZone !== undefined && !isTimeZone(changes.timeZone)) {
      throw new InvalidRequestError('The time zone is not in the IANA database.', [
        { field: 'time_zone', problem: 'is unknown' },
      ]);
    }
    await this.work.run(async () => {
      const before = await this.accounts.findLocked({});
      if (!before) throw new NotFoundError();
      this.assertMaySecure(before, changes);
      await this.accounts.updateVersion({}, changes, version);
      // whoever is inside without what is asked for now comes in again, with it
      if (isStricter(before, changes)) await this.sessions.endAllOthers();
      await this.trail.record({
        ...ACCOUNT.update,
        resource: { type: 'account', id: before.accountId },
        changes: changesBetween(before, changes),
      });
    });
  }

  /**
   * Suspends the account of the context, or resumes it. While it is suspended, nobody can enter it and every request in it is refused.
   * Only in an operator's context: a trigger refuses all others.
   *
   * @param reason goes to the audit trail; 1 to 200 characters, default none.
   * @returns whether the status changed.
   * @throws {InvalidRequestError} @throws {NotFoundError}
   */
  async setSuspended(suspended: boolean, reason?: string): Promise<boolean> {
    if (reason !== undefined && (!reason.trim() || reason.length > 200))
      throw new InvalidRequestError('A reason has 1 to 200 characters.', [
        { field: 'reason', problem: 'has the wrong length' },
      ]);
    let changed = false;
    await this.work.run(async () => {
      const before = await this.accounts.findLocked({});
      if (!before) throw new NotFoundError();
      const status = suspended ? 'suspended' : 'active';
      changed = before.status !== status;
      if (!changed) return this.work.require().nothingHappened();
      await this.accounts.updateVersion({}, { status });
      await this.trail.record({
        ...(suspended ? ACCOUNT.suspend : ACCOUNT.resume),
        resource: { type: 'account', id: before.accountId },
        changes: { status: { from: before.status, to: status }, ...(reason && { reason: { to: reason } }) },
      });
    });
    return changed;
  }

  /** What is demanded of whoever enters is the owner's to say, freshly, and to relax with a factor shown. */
  private assertMaySecure(before: AccountSettings, after: AccountSettings): void {
    const relaxed = isStricter(after, before);
    if (!relaxed && !isStricter(before, after)) return;
    this.work.require().demand({ permission: 'account.secure', freshProof: relaxed ? 2 : 1 });
  }
}

/** Whether `after` demands something that `before` did not; what one of them does not say is not compared. */
function isStricter(before: AccountSettings, after: AccountSettings): boolean {
  return (
    (after.secondFactor === 'required' && before.secondFactor === 'optional') ||
    (after.passwords === 'none' && before.passwords === 'allowed')
  );
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
