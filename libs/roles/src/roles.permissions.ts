/** The six built-in roles, the most powerful first. */
export const ROLES = ['owner', 'admin', 'multi_account_manager', 'developer', 'member', 'viewer'] as const;

/** One of the six built-in roles. */
export type Role = (typeof ROLES)[number];

/** A permission, in {@link TABLE}. */
interface PermissionRow {
  /** The least powerful built-in role that has it; every more powerful one has it too. */
  readonly from: Role;
  /** Description of what it lets a member do. */
  readonly lets: string;
  /** Of what is reached by entering a workspace. Default of the account. */
  readonly inside?: 'workspace';
}

/**
 * Every permission. A role with a permission from `admin` is account-wide: it applies to every workspace, and cannot be given for a single
 * one.
 */
const TABLE = {
  'account.read': { from: 'viewer', lets: 'See the account and its settings' },
  'account.update': { from: 'admin', lets: 'Change the settings of the account' },
  'account.secure': {
    from: 'owner',
    lets: 'Say whether second factors are demanded, and whether passwords are allowed',
  },
  'account.transfer': { from: 'owner', lets: 'Make another member an owner in one’s own place' },
  'account.leave': { from: 'viewer', lets: 'Leave the account' },
  'members.read': { from: 'multi_account_manager', lets: 'See who is in the account, with roles' },
  'members.invite': { from: 'admin', lets: 'Invite people, and see who was invited' },
  'members.update': { from: 'admin', lets: 'Change the role and the workspaces of a member' },
  'members.remove': { from: 'admin', lets: 'Remove a member from the account' },
  'roles.write': { from: 'admin', lets: 'Make, change and remove roles of the account’s own' },
  'workspaces.read': { from: 'viewer', lets: 'List the workspaces one may enter, and enter them' },
  'workspaces.create': { from: 'multi_account_manager', lets: 'Create a workspace' },
  'workspaces.update': {
    from: 'multi_account_manager',
    lets: 'Change the name, color or second-factor rule of a workspace',
  },
  'workspaces.archive': { from: 'multi_account_manager', lets: 'Archive a workspace and bring it back' },
  'datasets.read': { from: 'viewer', lets: 'Read datasets', inside: 'workspace' },
  'datasets.write': { from: 'member', lets: 'Create and change datasets', inside: 'workspace' },
  'datasets.delete': { from: 'developer', lets: 'Delete datasets with their documents', inside: 'workspace' },
  'documents.read': { from: 'viewer', lets: 'Read and search documents', inside: 'workspace' },
  'documents.write': { from: 'member', lets: 'Create, change and restore documents', inside: 'workspace' },
  'documents.delete': { from: 'developer', lets: 'Delete documents', inside: 'workspace' },
  'audit.read': { from: 'admin', lets: 'Read the audit trail of the account' },
  'audit.retain': { from: 'owner', lets: 'Say how long the audit trail is kept' },
  'billing.read': { from: 'admin', lets: 'See the plan, what is used of it, and invoices' },
  'billing.manage': { from: 'admin', lets: 'Buy, change and cancel the plan' },
} as const satisfies Readonly<Record<string, PermissionRow>>;

/** The name of a permission. */
export type Permission = keyof typeof TABLE;

const ROWS = Object.entries<PermissionRow>(TABLE) as [Permission, PermissionRow][];

/** Every permission, with what it lets a member do. */
export const PERMISSIONS = Object.fromEntries(ROWS.map(([name, { lets }]) => [name, lets])) as Readonly<
  Record<Permission, string>
>;

/** Names of roles: the built-in ones, and `custom` for a custom role. */
export const ROLE_NAMES = ['custom', ...ROLES] as const;

/** One of {@link ROLE_NAMES}. */
export type RoleName = (typeof ROLE_NAMES)[number];

/** Roles that a member can have in a single workspace. Owner and Admin always have the whole account. */
export const WORKSPACE_ROLES = [
  'multi_account_manager',
  'developer',
  'member',
  'viewer',
] as const satisfies readonly Role[];

/** Names of roles for a single workspace. */
export const WORKSPACE_ROLE_NAMES = ['custom', ...WORKSPACE_ROLES] as const;

/** One of {@link WORKSPACE_ROLE_NAMES}. */
export type WorkspaceRoleName = (typeof WORKSPACE_ROLE_NAMES)[number];

/** Permissions that belong to owners alone; no role of an account's own has them. */
export const OWNER_ONLY = leastRoleIs('owner');

/** Permissions that a role of an account's own can have. */
export const GRANTABLE: readonly Permission[] = ROWS.map(([name]) => name).filter((name) => !OWNER_ONLY.includes(name));

/** Permissions that every role has: without them its members could neither see where they are nor leave. */
export const OF_EVERY_ROLE: readonly Permission[] = ['account.leave', 'account.read'];

/** Permissions that make a role account-wide. */
const ACCOUNT_WIDE = leastRoleIs('admin');

function leastRoleIs(role: Role): readonly Permission[] {
  return ROWS.filter(([, { from }]) => from === role).map(([name]) => name);
}

/**
 * Returns the permissions that a role also needs to use this one: a change answers with the changed object, and content is reached by
 * entering its workspace.
 */
export function neededWith(permission: Permission): readonly Permission[] {
  const [thing = ''] = permission.split('.');
  const { inside }: PermissionRow = TABLE[permission];
  const needed = [thing === 'roles' ? 'members.read' : `${thing}.read`, ...(inside ? ['workspaces.read'] : [])];
  return needed.filter((other): other is Permission => other !== permission && other in TABLE);
}

/** Permissions of each built-in role: the one table that the guard, the unit of work and `GET /v1/roles` read. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: permissionsOf('owner'),
  admin: permissionsOf('admin'),
  multi_account_manager: permissionsOf('multi_account_manager'),
  developer: permissionsOf('developer'),
  member: permissionsOf('member'),
  viewer: permissionsOf('viewer'),
};

function permissionsOf(role: Role): ReadonlySet<Permission> {
  return new Set(ROWS.filter(([, { from }]) => ROLES.indexOf(role) <= ROLES.indexOf(from)).map(([name]) => name));
}

/** A role as somebody has it. */
export interface HeldRole {
  readonly name: RoleName;
  /** Which of the account's own it is; null for a built-in one. */
  readonly customRoleId: string | null;
  readonly permissions: ReadonlySet<string>;
}

/** A role as rows name it. */
export interface GivenRole<Name extends RoleName = RoleName> {
  readonly role: Name;
  /** Null for a built-in one. */
  readonly customRoleId: string | null;
}

/** A built-in role, as somebody has it. */
export function builtIn(name: Role): HeldRole {
  return { name, customRoleId: null, permissions: ROLE_PERMISSIONS[name] };
}

/** Returns a role with its permissions. @param permissions of a role of the account's own; null for a built-in one. */
export function heldRole({ role, customRoleId }: GivenRole, permissions: readonly string[] | null): HeldRole {
  if (role !== 'custom') return builtIn(role);
  return { name: role, customRoleId, permissions: new Set([...OF_EVERY_ROLE, ...(permissions ?? [])]) };
}

/** Whether someone with `own` permissions may give, take or change a role: it must hold nothing that they lack. */
export function mayGive(own: ReadonlySet<string>, { permissions }: Pick<HeldRole, 'permissions'>): boolean {
  return [...permissions].every((permission) => own.has(permission));
}

/** Whether a role is for the whole account alone: Owner, Admin, and whatever reaches into every workspace as they do. */
export function isAccountWide({ permissions }: Pick<HeldRole, 'permissions'>): boolean {
  return ACCOUNT_WIDE.some((permission) => permissions.has(permission));
}

/** The built-in roles that have a permission. */
export function rolesWith(permission: string): Role[] {
  return ROLES.filter((role) => (ROLE_PERMISSIONS[role] as ReadonlySet<string>).has(permission));
}

/** Facts that decide the role of a member in a workspace. */
export interface RoleGrant {
  readonly accountRole: HeldRole;
  /** Whether the member's access is to all workspaces or to named ones. */
  readonly access: 'all' | 'named';
  /** Given for this workspace; null where none was. */
  readonly workspaceRole: HeldRole | null;
}

/**
 * The effective role in a workspace: the one given for it, else the account's where access is to all. A role for the whole
 * account cannot be narrowed. Null where the member may not enter.
 */
export function effectiveRole({ accountRole, access, workspaceRole }: RoleGrant): HeldRole | null {
  if (isAccountWide(accountRole)) return accountRole;
  return workspaceRole ?? (access === 'all' ? accountRole : null);
}
