import { Injectable, Logger } from '@nestjs/common';
import { type Act, AuditTrail } from '#libs/audit';
import { type Actor, type AccountPlace, ContextStore, newId, NotFoundError } from '#libs/context';
import { Directory, personLock, UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { Entitlements } from '#libs/entitlements';
import { AccountSessions, type User } from '#libs/identity';
import { assertVersion } from '#libs/http';
import { CustomRoles, type GivenRole, type WorkspaceRoleName } from '#libs/roles';
import { MemberEntity } from './member.entity.js';
import { MemberWorkspaceEntity } from './member.entity.js';
import { MEMBER } from '../tenants.acts.js';

/** Somebody who becomes a member. */
export interface Admission {
  readonly user: User;
  readonly given: GivenRole;
  /** Default `all`. */
  readonly access?: 'all' | 'named';
  /** Roles in single workspaces; with access `named` these are all that the member may enter. Default none. */
  readonly workspaces?: readonly WorkspaceGrant[];
}

/** A role in a single workspace. */
export interface WorkspaceGrant {
  readonly id: string;
  readonly given: GivenRole<WorkspaceRoleName>;
}

/** Who is in the account. Nobody removes somebody whose role may do more than their own. */
@Injectable()
export class Members {
  private readonly logger = new Logger('members');

  constructor(
    private readonly contexts: ContextStore,
    private readonly directory: Directory,
    private readonly work: UnitOfWork,
    @InjectRepository(MemberEntity) private readonly members: ScopedRepository<MemberEntity>,
    @InjectRepository(MemberWorkspaceEntity) private readonly workspaces: ScopedRepository<MemberWorkspaceEntity>,
    private readonly sessions: AccountSessions,
    private readonly entitlements: Entitlements,
    private readonly roles: CustomRoles,
    private readonly trail: AuditTrail,
  ) {}

  /** Adds a user to an account, or brings a removed member back, on the operator's behalf. */
  async add(account: AccountPlace, input: Admission, actor: Actor): Promise<string> {
    const id = await this.contexts.runAs({ actor, account }, () => this.work.run(() => this.admit(input)));
    await this.directory.call('link_user', { toUser: input.user.id, toAccount: account.id });
    return id;
  }

  /**
   * Makes a user a member, or brings a removed one back; a step of a unit of work.
   *
   * @throws {LimitReachedError} where the account has no seat left.
   */
  async admit({ user, given, access = 'all', workspaces = [] }: Admission): Promise<string> {
    await this.work.require().lock(personLock(user.id), 'alone');
    const known = await this.members.findLocked({ userId: user.id });
    const memberId = known?.id ?? newId();
    if (known)
      await this.members.updateVersion(
        { id: known.id },
        { ...given, access, status: 'active', joinedAt: () => 'now()', removedAt: null },
      );
    else
      await this.members.insert({
        id: memberId,
        userId: user.id,
        name: user.name,
        email: user.email,
        ...given,
        access,
      });
    if (known?.status !== 'active') await this.entitlements.requireRoom({ seats: 1 });
    if (known) await this.workspaces.delete({ memberId });
    await this.workspaces.insertMany(
      workspaces.map((grant) => ({ memberId, inWorkspaceId: grant.id, ...grant.given })),
    );
    await this.trail.record({
      ...MEMBER.add,
      resource: { type: 'member', id: memberId },
      changes: {
        role: { to: given.role },
        ...(given.customRoleId && { custom_role_id: { to: given.customRoleId } }),
        access: { to: access },
      },
    });
    return memberId;
  }

  /** Whether an active member has an address, as addresses are compared; a step of a unit of work. */
  async hasAddress(key: string): Promise<boolean> {
    const rows = await this.work
      .require()
      .inAccount(
        `select 1 from members m where m.account_id = $1 and lower(normalize(m.email, NFKC)) = $2 and m.status = 'active'`,
        key,
      );
    return rows.length > 0;
  }

  /**
   * Removes a member: sessions, roles and membership end in one transaction.
   *
   * @param version undefined for whichever there is.
   * @throws {RoleAboveOwnError} @throws {PreconditionFailedError} where `version` is not the newest
   */
  async remove(memberId: string, version?: number): Promise<void> {
    const userId = await this.work.run(async () => {
      const member = await this.lockActive(memberId);
      assertVersion(member, version);
      await this.assertMayTouch(member);
      await this.end(member, MEMBER.remove);
      return member.userId;
    });
    await this.unlink(userId);
  }

  /** Ends the membership of whoever asks. The last owner cannot leave. */
  async leave(): Promise<void> {
    const userId = await this.work.run(async () => {
      const member = await this.lockActive(this.work.require().requireMemberId());
      await this.end(member, MEMBER.leave);
      return member.userId;
    });
    await this.unlink(userId);
  }

  /** An active member, with nobody else's command of or about them under way until this one ends; a step of a unit of work. @throws {NotFoundError} */
  async lockActive(memberId: string): Promise<MemberEntity> {
    const seen = await this.members.findOne({ id: memberId, status: 'active' });
    if (!seen) throw new NotFoundError();
    await this.work.require().lock(personLock(seen.userId), 'alone');
    const member = await this.members.findLocked({ id: memberId, status: 'active' });
    if (!member) throw new NotFoundError();
    return member;
  }

  /** @throws {RoleAboveOwnError} where a role of the member, in the account or in any workspace, may do more than one's own. */
  async assertMayTouch(member: MemberEntity): Promise<void> {
    await this.roles.assertMayGiveEach([member, ...(await this.workspaces.find({ memberId: member.id }))]);
  }

  private async end(member: MemberEntity, act: Act): Promise<void> {
    await this.members.updateVersion({ id: member.id }, { status: 'removed', removedAt: () => 'now()' });
    await this.workspaces.delete({ memberId: member.id });
    await this.sessions.endAllOf(member.id);
    await this.trail.record({
      ...act,
      resource: { type: 'member', id: member.id },
      changes: { status: { from: 'active', to: 'removed' } },
    });
  }

  /** The cell has decided; the pointer only spares a look-up, and "my accounts" asks the cell all the same. */
  private async unlink(userId: string): Promise<void> {
    const { id } = this.contexts.requireAccount();
    await this.directory
      .call('unlink_user', { fromUser: userId, fromAccount: id })
      .catch((error) => this.logger.warn(`A pointer was left behind: ${error}`));
  }
}
