/** Every permission there is, and what it lets a member do. */
export const PERMISSIONS = {
  'account.read': 'See the account and its settings',
  'account.update': 'Change the settings of the account',
  'account.secure': 'Say whether second factors are demanded, and whether passwords are allowed',
  'account.transfer': 'Make another member an owner in one’s own place',
  'account.leave': 'Leave the account',
  'members.read': 'See who is in the account, with roles',
  'members.invite': 'Invite people, and see who was invited',
  'members.update': 'Change the role and the workspaces of a member',
  'members.remove': 'Remove a member from the account',
  'roles.write': 'Make, change and remove roles of the account’s own',
  'workspaces.read': 'List the workspaces one may enter, and enter them',
  'workspaces.create': 'Create a workspace',
  'workspaces.update': 'Rename a workspace',
  'workspaces.archive': 'Archive a workspace and bring it back',
  'datasets.read': 'Read datasets',
  'datasets.write': 'Create and change datasets',
  'datasets.delete': 'Delete datasets with their documents',
  'documents.read': 'Read and search documents',
  'documents.write': 'Create, change and restore documents',
  'documents.delete': 'Delete documents',
  'audit.read': 'Read the audit trail of the account',
  'audit.retain': 'Say how long the audit trail is kept',
  'billing.read': 'See the plan, what is used of it, and invoices',
  'billing.manage': 'Buy, change and cancel the plan',
} as const;

/** The name of a permission. */
export type Permission = keyof typeof PERMISSIONS;

/** The six built-in roles, the most powerful first. */
export const ROLES = ['owner', 'admin', 'multi_account_manager', 'developer', 'member', 'viewer'] as const;

/** One of the six built-in roles. */
export type Role = (typeof ROLES)[number];

/** What can stand where a role is named: a built-in one, or `custom` for one of the account's own. */
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

/** What can stand where a role for a single workspace is named. */
export const WORKSPACE_ROLE_NAMES = ['custom', ...WORKSPACE_ROLES] as const;

/** Permissions that belong to owners alone; no role of an account's own has them. */
export const OWNER_ONLY = [
  'account.secure',
  'account.transfer',
  'audit.retain',
] as const satisfies readonly Permission[];

/** Permissions that a role of an account's own can have. */
export const GRANTABLE: readonly Permission[] = (Object.keys(PERMISSIONS) as Permission[]).filter(
  (permission) => !(OWNER_ONLY as readonly Permission[]).includes(permission),
);

/** Permissions that every role has: without them its members could neither see where they are nor leave. */
export const OF_EVERY_ROLE: readonly Permission[] = ['account.leave', 'account.read'];

const VIEWER: readonly Permission[] = [...OF_EVERY_ROLE, 'workspaces.read', 'datasets.read', 'documents.read'];
const MEMBER: readonly Permission[] = [...VIEWER, 'datasets.write', 'documents.write'];
const DEVELOPER: readonly Permission[] = [...MEMBER, 'datasets.delete', 'documents.delete'];
const MULTI_ACCOUNT_MANAGER: readonly Permission[] = [
  ...DEVELOPER,
  'members.read',
  'workspaces.create',
  'workspaces.update',
  'workspaces.archive',
];
/** What reaches into every workspace, by letting people in or by showing what was done there. */
const ACCOUNT_WIDE: readonly Permission[] = [
  'account.update',
  'members.invite',
  'members.update',
  'members.remove',
  'roles.write',
  'audit.read',
  'billing.read',
  'billing.manage',
];
const ADMIN: readonly Permission[] = [...MULTI_ACCOUNT_MANAGER, ...ACCOUNT_WIDE];
const OWNER: readonly Permission[] = [...ADMIN, ...OWNER_ONLY];

/**
 * Returns the permissions that a role also needs to use this one: a change answers with the changed object, and content is reached by
 * entering its workspace.
 */
export function neededWith(permission: Permission): readonly Permission[] {
  const [thing = ''] = permission.split('.');
  const reading = thing === 'roles' ? 'members.read' : `${thing}.read`;
  const needed = [reading, ...(thing === 'datasets' || thing === 'documents' ? ['workspaces.read'] : [])];
  return needed.filter((other): other is Permission => other !== permission && other in PERMISSIONS);
}

/** What each role may do: the one table that the guard, the unit of work and `GET /v1/roles` read. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(OWNER),
  admin: new Set(ADMIN),
  multi_account_manager: new Set(MULTI_ACCOUNT_MANAGER),
  developer: new Set(DEVELOPER),
  member: new Set(MEMBER),
  viewer: new Set(VIEWER),
};

/** A role as somebody has it. */
export interface HeldRole {
  readonly name: RoleName;
  /** Which of the account's own it is; null for a built-in one. */
  readonly customRoleId: string | null;
  readonly permissions: ReadonlySet<string>;
}

/** A role as rows name it. */
export interface GivenRole {
  readonly role: RoleName;
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

/** What decides the role of a member in a workspace. */
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
