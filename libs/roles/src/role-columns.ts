import { effectiveRole, type HeldRole, heldRole, type RoleName } from './roles.permissions.js';

/** The columns that decide the role of a member: {@link ROLE_COLUMNS}. */
export interface RoleRow {
  readonly account_role: RoleName;
  readonly account_custom_role_id: string | null;
  readonly account_permissions: readonly string[] | null;
  readonly access: 'all' | 'named';
  readonly workspace_role: RoleName | null;
  readonly workspace_custom_role_id: string | null;
  readonly workspace_permissions: readonly string[] | null;
}

/**
 * Selects what {@link roleFrom} reads, from `members m` and `member_workspaces mw`; the account is $1. The table of the account's
 * own roles is opened only for who has one.
 */
export const ROLE_COLUMNS = `m.role as account_role, m.custom_role_id as account_custom_role_id, m.access,
    mw.role as workspace_role, mw.custom_role_id as workspace_custom_role_id,
    case when m.custom_role_id is not null then
      (select c.permissions from custom_roles c where c.account_id = $1 and c.id = m.custom_role_id) end as account_permissions,
    case when mw.custom_role_id is not null then
      (select c.permissions from custom_roles c where c.account_id = $1 and c.id = mw.custom_role_id) end as workspace_permissions`;

/** The effective role in the workspace of a row; null where the member may not enter it. */
export function roleFrom(row: RoleRow): HeldRole | null {
  const { workspace_role: role, workspace_custom_role_id: customRoleId, workspace_permissions: permissions } = row;
  const workspaceRole = role && heldRole({ role, customRoleId }, permissions);
  return effectiveRole({ accountRole: accountRoleFrom(row), access: row.access, workspaceRole });
}

/** The role in the account of a row. */
export function accountRoleFrom(row: RoleRow): HeldRole {
  const { account_role: role, account_custom_role_id: customRoleId, account_permissions: permissions } = row;
  return heldRole({ role, customRoleId }, permissions);
}
