import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween, type Act } from '#libs/audit';
import { newId, NotFoundError } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { assertVersion, InvalidRequestError } from '#libs/http';
import { IsNull } from 'typeorm';
import { CannotNarrowError, RoleInUseError } from '../roles.errors.js';
import {
  type GivenRole,
  type HeldRole,
  heldRole,
  isAccountWide,
  neededWith,
  type Permission,
  OF_EVERY_ROLE,
} from '../roles.permissions.js';
import { CustomRoleEntity } from './custom-role.entity.js';
import { ROLE } from '../roles.acts.js';

/** What can be said of a role of the account's own. */
export interface CustomRoleInput {
  readonly name: string;
  /** What it lets a member do; can be empty. */
  readonly permissions: readonly Permission[];
}

interface Use {
  readonly members: number;
  readonly invitations: number;
  readonly narrowed: number;
}

// members with the role, in the account or in one workspace, and open invitations to it; of both, who has named workspaces
const USE = `select count(*) filter (where kind = 'member')::int as members,
    count(*) filter (where kind = 'invitation')::int as invitations,
    count(*) filter (where narrowed)::int as narrowed
  from (
    select 'member' as kind, m.access = 'named' as narrowed from members m
      where m.account_id = $1 and m.custom_role_id = $2 and m.status = 'active'
    union all
    select 'member', true from member_workspaces mw where mw.account_id = $1 and mw.custom_role_id = $2
    union all
    select 'invitation', i.access = 'named' from invitations i
      where i.account_id = $1 and i.custom_role_id = $2 and i.status = 'pending'
    union all
    select 'invitation', true from invitation_workspaces iw
      join invitations i on i.account_id = iw.account_id and i.id = iw.invitation_id
      where iw.account_id = $1 and iw.custom_role_id = $2 and i.status = 'pending'
  ) uses`;

/**
 * Roles of the account's own, and the rule for giving any role: nobody gives, takes or changes one that may do more than their
 * own.
 */
@Injectable()
export class CustomRoles {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(CustomRoleEntity) private readonly roles: ScopedRepository<CustomRoleEntity>,
    private readonly trail: AuditTrail,
  ) {}

  /** Makes a role; returns its id. @throws {InvalidRequestError} for permissions that need others. @throws {RoleAboveOwnError} @throws {AlreadyExistsError} for a name that is taken. */
  async create({ name, permissions: asked }: CustomRoleInput): Promise<string> {
    const id = newId();
    const permissions = complete(asked);
    await this.work.run(async () => {
      this.assertMayGive(roleOf(permissions));
      await this.roles.insert({ id, name, permissions });
      await this.record(ROLE.create, id, { name: { to: name }, permissions: { to: permissions } });
    });
    return id;
  }

  /**
   * Renames a role, or changes what it lets do, from the next request of everybody who has it.
   *
   * @throws {RoleAboveOwnError} where it may, or would, do more than whoever asks. @throws {RoleIsOwnError}
   * @throws {CannotNarrowError} where it would reach into every workspace and somebody has it for named ones.
   * @throws {NotFoundError} @throws {PreconditionFailedError} where `version` is not the newest.
   */
  async update(id: string, version: number, { name, permissions }: Partial<CustomRoleInput>): Promise<void> {
    const completed = permissions && complete(permissions);
    await this.work.run(async () => {
      const before = await this.require(id);
      assertVersion(before, version);
      const changes = {
        ...(name !== undefined && { name }),
        ...(completed && { permissions: completed }),
      };
      const after = roleOf(changes.permissions ?? before.permissions);
      this.assertMayGive(after);
      if (isAccountWide(after) && (await this.useOf(id)).narrowed) throw new CannotNarrowError();
      await this.roles.updateVersion({ id }, changes);
      await this.record(ROLE.update, id, changesBetween(before, changes));
    });
  }

  /**
   * Removes a role that nobody has.
   *
   * @param version undefined for whichever there is.
   * @throws {RoleInUseError} @throws {RoleAboveOwnError} @throws {NotFoundError} @throws {PreconditionFailedError}
   */
  async remove(id: string, version?: number): Promise<void> {
    await this.work.run(async () => {
      const role = await this.require(id);
      assertVersion(role, version);
      const { name } = role;
      const { members, invitations } = await this.useOf(id);
      if (members || invitations) throw new RoleInUseError(members, invitations);
      await this.roles.updateVersion({ id }, { removedAt: () => 'now()' });
      await this.record(ROLE.remove, id, { name: { from: name } });
    });
  }

  /**
   * What a role lets do, which stays so until the unit ends; a step of a unit of work.
   *
   * @throws {NotFoundError} where it is one of the account's own that is not there any more.
   */
  async hold({ role, customRoleId }: GivenRole): Promise<HeldRole> {
    if (!customRoleId) return heldRole({ role, customRoleId }, null);
    const own = await this.roles.findLocked({ id: customRoleId, removedAt: IsNull() }, 'share');
    if (!own) throw new NotFoundError();
    return heldRole({ role, customRoleId }, own.permissions);
  }

  /** @throws {RoleAboveOwnError} where a member acts whose own role lacks something of the given one. */
  assertMayGive(role: Pick<HeldRole, 'permissions'>): void {
    this.work.require().demand({ gives: role.permissions });
  }

  /** As {@link assertMayGive}, of each of several roles; a step of a unit of work. */
  async assertMayGiveEach(given: readonly GivenRole[]): Promise<void> {
    for (const role of given) this.assertMayGive(await this.hold(role));
  }

  /** A role that whoever asks may change, with nobody else's change or gift of it under way. */
  private async require(id: string): Promise<CustomRoleEntity> {
    // before it is locked: everybody's own role is locked for share, and two who had it would wait for each other
    this.work.require().demand({ changesRole: id });
    const role = await this.roles.findLocked({ id, removedAt: IsNull() });
    if (!role) throw new NotFoundError();
    this.assertMayGive(roleOf(role.permissions));
    return role;
  }

  private async useOf(id: string): Promise<Use> {
    const [use] = await this.work.require().inAccount<Use>(USE, id);
    return use ?? { members: 0, invitations: 0, narrowed: 0 };
  }

  private record(act: Act, id: string, changes: Record<string, { from?: unknown; to?: unknown }>) {
    return this.trail.record({ ...act, resource: { type: 'role', id }, changes });
  }
}

/**
 * Returns the permissions that were asked for and those that every role has, sorted.
 *
 * @throws {InvalidRequestError} where something may be changed that may not be read: whoever changes it is answered with it.
 */
function complete(asked: readonly Permission[]): Permission[] {
  const permissions = [...new Set([...OF_EVERY_ROLE, ...asked])].sort();
  const missing = permissions.flatMap((permission) => {
    const absent = neededWith(permission).filter((needed) => !permissions.includes(needed));
    return absent.map((needed) => ({ permission, needed }));
  });
  if (missing.length)
    throw new InvalidRequestError(
      'Some permissions require others. Add those listed in "errors".',
      missing.map(({ permission, needed }) => ({ field: 'permissions', problem: `${permission} needs ${needed}` })),
    );
  return permissions;
}

function roleOf(permissions: readonly string[]): Pick<HeldRole, 'permissions'> {
  return { permissions: new Set(permissions) };
}
