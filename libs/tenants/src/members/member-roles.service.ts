import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween, type Act } from '#libs/audit';
import { ContextStore, NotFoundError, PreconditionFailedError } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { assertFresh } from '#libs/access';
import {
  CannotNarrowError,
  CustomRoles,
  effectiveRole,
  type GivenRole,
  isAccountWide,
  mayGive,
  type WorkspaceRoleName,
} from '#libs/roles';
import { MemberEntity, MemberWorkspaceEntity } from './member.entity.js';
import { Members } from './members.service.js';
import { ACCOUNT, MEMBER } from '../tenants.acts.js';

/** What can be changed of a member. */
export interface MemberChanges {
  readonly given?: GivenRole;
  readonly access?: 'all' | 'named';
}

/** Which role a member has where. Nobody gives, takes or changes one that may do more than their own. */
@Injectable()
export class MemberRoles {
  constructor(
    private readonly contexts: ContextStore,
    private readonly work: UnitOfWork,
    private readonly members: Members,
    @InjectRepository(MemberEntity) private readonly rows: ScopedRepository<MemberEntity>,
    @InjectRepository(MemberWorkspaceEntity) private readonly workspaces: ScopedRepository<MemberWorkspaceEntity>,
    private readonly roles: CustomRoles,
    private readonly trail: AuditTrail,
  ) {}

  /** Whether a member is active and could give these roles now; a step of a unit of work. */
  async mayStillGive(memberId: string, given: readonly GivenRole[]): Promise<boolean> {
    const member = await this.rows.findOne({ id: memberId, status: 'active' });
    if (!member) return false;
    const { permissions: own } = await this.roles.hold(member);
    if (!own.has('members.invite')) return false;
    for (const role of given) if (!mayGive(own, await this.roles.hold(role))) return false;
    return true;
  }

  /**
   * Changes role or access of a member.
   *
   * @throws {RoleAboveOwnError} @throws {CannotNarrowError} @throws {PreconditionFailedError}
   * @throws {NotFoundError} for a member, or a role of the account's own, that is not there.
   */
  async update(memberId: string, version: number, { given, access: asked }: MemberChanges): Promise<void> {
    await this.work.run(async () => {
      const member = await this.members.lockActive(memberId);
      if (member.version !== version) throw new PreconditionFailedError();
      const before = await this.roles.hold(member);
      // what access opens or closes, and what a role for the whole account takes away, are roles as well
      await this.members.assertMayTouch(member);
      const role = given ? await this.roles.hold(given) : before;
      this.roles.assertMayGive(role);
      const access = asked ?? member.access;
      if (access === 'named' && isAccountWide(role)) throw new CannotNarrowError();
      const changes = { ...given, ...(asked && { access: asked }) };
      await this.rows.updateVersion({ id: memberId }, changes, version);
      if (given && isAccountWide(role)) await this.workspaces.delete({ memberId });
      await this.trail.record({
        ...MEMBER.update,
        resource: { type: 'member', id: memberId },
        changes: changesBetween(fieldsOf(member), fieldsOf(changes)),
      });
    });
  }

  /** Gives a member a role in one workspace. @throws {RoleAboveOwnError} @throws {CannotNarrowError} @throws {NotFoundError} */
  async give(memberId: string, workspaceId: string, given: GivenRole<WorkspaceRoleName>): Promise<void> {
    await this.work.run(async () => {
      const member = await this.members.lockActive(memberId);
      const role = await this.roles.hold(given);
      const accountRole = await this.roles.hold(member);
      if (isAccountWide(accountRole) || isAccountWide(role)) throw new CannotNarrowError();
      const before = await this.workspaces.findOne({ memberId, inWorkspaceId: workspaceId });
      this.roles.assertMayGive(role);
      await this.assertMayChange(member, before);
      await this.workspaces.upsert(
        { memberId, inWorkspaceId: workspaceId, ...given },
        ['role', 'customRoleId'],
        ['memberId', 'inWorkspaceId'],
      );
      await this.record(MEMBER.give_workspace_role, memberId, workspaceId, before, given);
    });
  }

  /** Takes a member's role in one workspace back. @throws {RoleAboveOwnError} @throws {NotFoundError} where there is none */
  async take(memberId: string, workspaceId: string): Promise<void> {
    await this.work.run(async () => {
      const member = await this.members.lockActive(memberId);
      const before = await this.workspaces.findOne({ memberId, inWorkspaceId: workspaceId });
      if (!before) throw new NotFoundError();
      await this.assertMayChange(member, before);
      // without it the account's role holds there again
      await this.assertMayChange(member, null);
      await this.workspaces.delete({ memberId, inWorkspaceId: workspaceId });
      await this.record(MEMBER.take_workspace_role, memberId, workspaceId, before, null);
    });
  }

  /** Makes another member owner, and the one who asks admin. */
  async transferOwnership(memberId: string): Promise<void> {
    assertFresh(this.contexts.require());
    await this.work.run(async () => {
      const own = this.work.require().requireMemberId();
      const member = await this.members.lockActive(memberId);
      if (member.id === own) return this.work.require().nothingHappened();
      const to = (role: 'owner' | 'admin') => ({ role, customRoleId: null, access: 'all' as const });
      // first the new owner: the account is never without one
      await this.rows.updateVersion({ id: member.id }, to('owner'));
      await this.rows.updateVersion({ id: own }, to('admin'));
      await this.workspaces.delete({ memberId: member.id });
      await this.trail.record({
        ...ACCOUNT.transfer_ownership,
        resource: { type: 'member', id: member.id },
        changes: { role: { from: member.role, to: 'owner' } },
      });
    });
  }

  /** Lets whoever acts into a workspace they have just made, where their access is to named ones; part of that command. */
  async admitSelf(workspaceId: string): Promise<void> {
    const memberId = this.work.require().requireMemberId();
    // the unit has locked this row when it began
    const member = await this.rows.findOne({ id: memberId });
    if (member?.access !== 'named') return;
    const { role, customRoleId } = member;
    // with either of them access is to all, and a role for a single workspace can be neither
    if (role === 'owner' || role === 'admin') return;
    await this.workspaces.insert({ memberId, inWorkspaceId: workspaceId, role, customRoleId });
  }

  /** @throws {RoleAboveOwnError} where the member's role in a workspace, given there or the account's, may do more than one's own. */
  private async assertMayChange(member: MemberEntity, given: MemberWorkspaceEntity | null): Promise<void> {
    const [accountRole, workspaceRole] = [await this.roles.hold(member), given && (await this.roles.hold(given))];
    const role = effectiveRole({ accountRole, access: member.access, workspaceRole });
    if (role) this.roles.assertMayGive(role);
  }

  private record(
    act: Act,
    memberId: string,
    workspaceId: string,
    from: GivenRole | null,
    to: GivenRole | null,
  ): Promise<void> {
    const changes = changesBetween(inWorkspace(from), inWorkspace(to));
    const resource = { type: 'member', id: memberId };
    return this.trail.record({ ...act, resource, changes }, workspaceId);
  }
}

function inWorkspace(given: GivenRole | null) {
  return { workspaceRole: given?.role ?? null, workspaceCustomRoleId: given?.customRoleId ?? null };
}

/** What a change says, by the names that a reading shows. */
function fieldsOf({
  role,
  customRoleId,
  access,
}: {
  role?: string | null;
  customRoleId?: string | null;
  access?: string;
}) {
  return {
    ...(role !== undefined && { role }),
    ...(customRoleId !== undefined && { custom_role_id: customRoleId }),
    ...(access && { access }),
  };
}
