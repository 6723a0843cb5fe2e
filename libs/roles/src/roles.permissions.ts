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
} as const;

/** The name of a permission. */
export type Permission = keyof typeof PERMISSIONS;

/** The six built-in roles, the most powerful first. */
export const ROLES = ['owner', 'admin', 'multi_account_manager', 'developer', 'member', 'viewer'] as const;

/** One of the six built-in roles. */
export type Role = (typeof ROLES)[number];

/** Roles that a member can have in a single workspace. Owner and Admin always have the whole account. */
export const WORKSPACE_ROLES = [
  'multi_account_manager',
  'developer',
  'member',
  'viewer',
] as const satisfies readonly Role[];

const VIEWER: readonly Permission[] = [
  'account.read',
  'account.leave',
  'workspaces.read',
  'datasets.read',
  'documents.read',
];
const MEMBER: readonly Permission[] = [...VIEWER, 'datasets.write', 'documents.write'];
const DEVELOPER: readonly Permission[] = [...MEMBER, 'datasets.delete', 'documents.delete'];
const MULTI_ACCOUNT_MANAGER: readonly Permission[] = [
  ...DEVELOPER,
  'members.read',
  'workspaces.create',
  'workspaces.update',
  'workspaces.archive',
];
const ADMIN: readonly Permission[] = [
  ...MULTI_ACCOUNT_MANAGER,
  'account.update',
  'members.invite',
  'members.update',
  'members.remove',
  'audit.read',
];
const OWNER: readonly Permission[] = [...ADMIN, 'account.secure', 'account.transfer'];

/** What each role may do: the one table that the guard, the unit of work and `GET /v1/roles` read. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(OWNER),
  admin: new Set(ADMIN),
  multi_account_manager: new Set(MULTI_ACCOUNT_MANAGER),
  developer: new Set(DEVELOPER),
  member: new Set(MEMBER),
  viewer: new Set(VIEWER),
};

/** Whether someone with `own` permissions may give, take or change `role`: it must hold nothing that they lack. */
export function mayGive(own: ReadonlySet<string>, role: Role): boolean {
  return [...ROLE_PERMISSIONS[role]].every((permission) => own.has(permission));
}

/** The roles that have a permission. */
export function rolesWith(permission: string): Role[] {
  return ROLES.filter((role) => (ROLE_PERMISSIONS[role] as ReadonlySet<string>).has(permission));
}

/** What decides the role of a member in a workspace. */
export interface RoleGrant {
  readonly accountRole: Role;
  /** Whether the member's access is to all workspaces or to named ones. */
  readonly access: 'all' | 'named';
  /** Given for this workspace; null where none was. */
  readonly workspaceRole: Role | null;
}

/**
 * The effective role in a workspace: the one given for it, else the account's where access is to all. Owner and Admin
 * cannot be narrowed. Null where the member may not enter.
 */
export function effectiveRole({ accountRole, access, workspaceRole }: RoleGrant): Role | null {
  if (accountRole === 'owner' || accountRole === 'admin') return accountRole;
  return workspaceRole ?? (access === 'all' ? accountRole : null);
}
