import { Injectable, Logger } from '@nestjs/common';
import { AuditTrail, changesBetween } from '#libs/audit';
import { type Actor, type AccountPlace, ContextStore, newId, NotFoundError } from '#libs/context';
import { Directory, personLock, UnitOfWork } from '#libs/database';
import { PreconditionFailedError } from '#libs/http';
import { AccountSessions, type User } from '#libs/identity';
import { assertFresh, mayGive, ROLE_PERMISSIONS, type Role, RoleAboveOwnError } from '#libs/roles';
import type { MemberEntity } from './member.entity.js';
import { MemberRepository, MemberWorkspaceRepository } from './member.repository.js';
import { CannotNarrowError } from '../tenants.errors.js';
import { Seats } from './seats.port.js';

/** What can be changed of a member. */
export interface MemberChanges {
  readonly role?: Role;
  readonly access?: 'all' | 'named';
}

/** Somebody who becomes a member. */
export interface Admission {
  readonly user: User;
  readonly role: Role;
  /** Default `all`. */
  readonly access?: 'all' | 'named';
  /** Roles in single workspaces; with access `named` these are all that the member may enter. Default none. */
  readonly workspaces?: readonly { readonly id: string; readonly role: Role }[];
}

/** Who is in the account, with which role where. Nobody touches a role that may do more than their own. */
@Injectable()
export class Members {
  private readonly logger = new Logger('members');

  constructor(
    private readonly contexts: ContextStore,
    private readonly directory: Directory,
    private readonly work: UnitOfWork,
    private readonly members: MemberRepository,
    private readonly workspaces: MemberWorkspaceRepository,
    private readonly sessions: AccountSessions,
    private readonly seats: Seats,
    private readonly trail: AuditTrail,
  ) {}

  /** Adds a user to an account, or brings a removed member back, on the operator's behalf. */
  async add(account: AccountPlace, input: Admission, actor: Actor): Promise<string> {
    const id = await this.contexts.runAs({ actor, account }, () => this.work.run(() => this.admit(input)));
    await this.directory.call('link_user', input.user.id, account.id);
    return id;
  }

  /**
   * Makes a user a member, or brings a removed one back; a step of a unit of work.
   *
   * @throws {NoSeatLeftError} where the account is full.
   */
  async admit({ user, role, access = 'all', workspaces = [] }: Admission): Promise<string> {
    await this.work.require().lock(personLock(user.id), 'alone');
    const known = await this.members.findLocked({ userId: user.id });
    if (known?.status !== 'active') await this.seats.assertFree();
    const memberId = known?.id ?? newId();
    if (known)
      await this.members.update(
        { id: known.id },
        { role, access, status: 'active', removedAt: null, version: () => 'version + 1' },
      );
    else await this.members.insert({ id: memberId, userId: user.id, name: user.name, email: user.email, role, access });
    if (known) await this.workspaces.delete({ memberId });
    await this.workspaces.insertMany(
      workspaces.map((given) => ({ memberId, inWorkspaceId: given.id, role: given.role })),
    );
    await this.trail.record({
      category: 'membership',
      action: 'member.add',
      resource: { type: 'member', id: memberId },
      changes: { role: { to: role }, access: { to: access } },
    });
    return memberId;
  }

  /** Whether a member is active and could give a role now; a step of a unit of work. */
  async mayStillGive(memberId: string, role: Role): Promise<boolean> {
    const member = await this.members.findOne({ id: memberId, status: 'active' });
    const own: ReadonlySet<string> = member ? ROLE_PERMISSIONS[member.role] : new Set();
    return own.has('members.invite') && mayGive(own, role);
  }

  /** Whether an active member has an address, as addresses are compared; a step of a unit of work. */
  async hasAddress(key: string): Promise<boolean> {
    const { manager, context } = this.work.require();
    const rows: unknown[] = await manager.query(
      `select 1 from members m where m.account_id = $1 and lower(normalize(m.email, NFKC)) = $2 and m.status = 'active'`,
      [context.account?.id, key],
    );
    return rows.length > 0;
  }

  /** Changes role or access of a member. @throws {RoleAboveOwnError} @throws {PreconditionFailedError} @throws {CannotNarrowError} */
  async update(memberId: string, version: number, changes: MemberChanges): Promise<void> {
    await this.work.run(async () => {
      const member = await this.require(memberId);
      if (member.version !== version) throw new PreconditionFailedError();
      this.assertMayGive(member.role);
      if (changes.role) this.assertMayGive(changes.role);
      const [role, access] = [changes.role ?? member.role, changes.access ?? member.access];
      if (access === 'named' && (role === 'owner' || role === 'admin')) throw new CannotNarrowError();
      const count = await this.members.update({ id: memberId, version }, { ...changes, version: () => 'version + 1' });
      if (!count) throw new PreconditionFailedError();
      if (changes.role === 'owner' || changes.role === 'admin') await this.workspaces.delete({ memberId });
      await this.trail.record({
        category: 'role',
        action: 'member.update',
        resource: { type: 'member', id: memberId },
        changes: changesBetween(member, changes),
      });
    });
  }

  /** Gives a member a role in one workspace. @throws {RoleAboveOwnError} @throws {CannotNarrowError} for Owner and Admin */
  async giveWorkspaceRole(memberId: string, workspaceId: string, role: Role): Promise<void> {
    await this.work.run(async () => {
      const member = await this.require(memberId);
      if (member.role === 'owner' || member.role === 'admin') throw new CannotNarrowError();
      const before = await this.workspaces.findOne({ memberId, inWorkspaceId: workspaceId });
      this.assertMayGive(role);
      if (before) this.assertMayGive(before.role);
      await this.workspaces.upsert(
        { memberId, inWorkspaceId: workspaceId, role },
        ['role'],
        ['memberId', 'inWorkspaceId'],
      );
      await this.recordWorkspaceRole('member.give_workspace_role', memberId, workspaceId, before?.role ?? null, role);
    });
  }

  /** Takes a member's role in one workspace back. @throws {RoleAboveOwnError} @throws {NotFoundError} where there is none */
  async takeWorkspaceRole(memberId: string, workspaceId: string): Promise<void> {
    await this.work.run(async () => {
      await this.require(memberId);
      const before = await this.workspaces.findOne({ memberId, inWorkspaceId: workspaceId });
      if (!before) throw new NotFoundError();
      this.assertMayGive(before.role);
      await this.workspaces.delete({ memberId, inWorkspaceId: workspaceId });
      await this.recordWorkspaceRole('member.take_workspace_role', memberId, workspaceId, before.role, null);
    });
  }

  /** Removes a member: sessions, roles and membership end in one transaction. @throws {RoleAboveOwnError} */
  async remove(memberId: string): Promise<void> {
    const userId = await this.work.run(async () => {
      const member = await this.require(memberId);
      this.assertMayGive(member.role);
      await this.end(member, 'member.remove');
      return member.userId;
    });
    await this.unlink(userId);
  }

  /** Ends the membership of whoever asks. The last owner cannot leave. */
  async leave(): Promise<void> {
    const userId = await this.work.run(async () => {
      const member = await this.require(this.work.require().authority.memberId);
      await this.end(member, 'member.leave');
      return member.userId;
    });
    await this.unlink(userId);
  }

  /** Makes another member owner, and the one who asks admin. */
  async transferOwnership(memberId: string): Promise<void> {
    assertFresh(this.contexts.require());
    await this.work.run(async () => {
      const own = this.work.require().authority.memberId;
      const member = await this.require(memberId);
      if (member.id === own) return this.work.require().nothingHappened();
      const bump = { version: () => 'version + 1' };
      // first the new owner: the account is never without one
      await this.members.update({ id: member.id }, { role: 'owner', access: 'all', ...bump });
      await this.members.update({ id: own }, { role: 'admin', access: 'all', ...bump });
      await this.workspaces.delete({ memberId: member.id });
      await this.trail.record({
        category: 'role',
        action: 'account.transfer_ownership',
        resource: { type: 'member', id: member.id },
        changes: { role: { from: member.role, to: 'owner' } },
      });
    });
  }

  /** Lets whoever acts into a workspace they have just made, where their access is to named ones; part of that command. */
  async admitSelf(workspaceId: string): Promise<void> {
    const { memberId } = this.work.require().authority;
    // the unit has locked this row when it began
    const member = await this.members.findOne({ id: memberId });
    if (member?.access !== 'named') return;
    await this.workspaces.insert({ memberId, inWorkspaceId: workspaceId, role: member.role });
  }

  /** An active member, with nobody else's command of or about them under way until this one ends. */
  private async require(memberId: string): Promise<MemberEntity> {
    const seen = await this.members.findOne({ id: memberId, status: 'active' });
    if (!seen) throw new NotFoundError();
    await this.work.require().lock(personLock(seen.userId), 'alone');
    const member = await this.members.findLocked({ id: memberId, status: 'active' });
    if (!member) throw new NotFoundError();
    return member;
  }

  /** @throws {RoleAboveOwnError} where a member acts whose own role lacks something of `role`. */
  assertMayGive(role: Role): void {
    const unit = this.work.require();
    if (unit.isMembers && !mayGive(unit.authority.permissions, role)) throw new RoleAboveOwnError();
  }

  private async end(member: MemberEntity, action: string): Promise<void> {
    await this.members.update(
      { id: member.id },
      { status: 'removed', removedAt: () => 'now()', version: () => 'version + 1' },
    );
    await this.workspaces.delete({ memberId: member.id });
    await this.sessions.endAllOf(member.id);
    await this.trail.record({
      category: 'membership',
      action,
      resource: { type: 'member', id: member.id },
      changes: { status: { from: 'active', to: 'removed' } },
    });
  }

  /** The cell has decided; the pointer only spares a look-up, and "my accounts" asks the cell all the same. */
  private async unlink(userId: string): Promise<void> {
    const { id } = this.contexts.requireAccount();
    await this.directory
      .call('unlink_user', userId, id)
      .catch((error) => this.logger.warn(`A pointer was left behind: ${error}`));
  }

  private recordWorkspaceRole(
    action: string,
    memberId: string,
    workspaceId: string,
    from: Role | null,
    to: Role | null,
  ): Promise<void> {
    return this.trail.record(
      { category: 'role', action, resource: { type: 'member', id: memberId }, changes: { role: { from, to } } },
      workspaceId,
    );
  }
}
