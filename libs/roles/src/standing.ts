import type { EntityManager } from 'typeorm';
import { AccountReadOnlyError } from './roles.errors.js';
import { effectiveRole, type HeldRole, heldRole, type RoleName } from './roles.permissions.js';

/** Whose standing is asked for: an account session, and the workspace in question, if any. */
export interface StandingQuery {
  readonly accountId: string;
  readonly accountSessionId: string;
  readonly userId: string;
  readonly signInSessionId: string;
  readonly workspaceId: string | null;
  /** The command changes the workspace's own row. Default false. */
  readonly changesWorkspace?: boolean;
  /** The command changes the session's own row. Default false. */
  readonly changesSession?: boolean;
}

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

/** What the authorising statement finds. */
export interface StandingRow extends RoleRow {
  readonly member_id: string;
  /** Whether nothing can be changed in the account until it is paid for. */
  readonly read_only: boolean;
  readonly workspace_id: string | null;
  readonly archived: boolean;
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

function accountRoleFrom(row: RoleRow): HeldRole {
  const { account_role: role, account_custom_role_id: customRoleId, account_permissions: permissions } = row;
  return heldRole({ role, customRoleId }, permissions);
}

/** Where a member stands now. Only a session that is alive, of an active member, in an active account, has a standing. */
export class Standing {
  constructor(
    private readonly row: StandingRow,
    private readonly asked: string | null,
  ) {}

  get memberId(): string {
    return this.row.member_id;
  }

  get readOnly(): boolean {
    return this.row.read_only;
  }

  /** The role in the workspace asked for, else in the account. Null where the member may not enter that workspace. */
  role(archivedAllowed: boolean): HeldRole | null {
    if (this.asked === null) return accountRoleFrom(this.row);
    const { workspace_id: found, archived } = this.row;
    if (!found || (archived && !archivedAllowed)) return null;
    return roleFrom(this.row);
  }
}

/** @throws {AccountReadOnlyError} where nothing can be changed in the account until it is paid for. */
export function assertWritable({ readOnly }: Standing): void {
  if (readOnly) throw new AccountReadOnlyError();
}

/** What the rows of the authorising statement say; null where there is none. */
export function standingIn([row]: readonly unknown[], workspaceId: string | null): Standing | null {
  return row ? new Standing(row as StandingRow, workspaceId) : null;
}

const ALIVE = `s.account_id = $1 and s.id = $2 and s.user_id = $3 and s.sign_in_session_id = $4 and s.ended_at is null
  and s.expires_at > now() and a.status = 'active' and m.status = 'active'`;

/** The one authorising statement: every row by its primary key. */
export const STANDING = `select m.id as member_id, a.read_only, w.id as workspace_id, w.archived_at is not null as archived, ${ROLE_COLUMNS}
  from account_sessions s
  join accounts a on a.account_id = s.account_id
  join members m on m.account_id = s.account_id and m.id = s.member_id
  left join workspaces w on w.account_id = s.account_id and w.id = $5::uuid
  left join member_workspaces mw on mw.account_id = s.account_id and mw.member_id = m.id and mw.workspace_id = w.id
  where ${ALIVE}`;

// In one order everywhere, members before their sessions. Not the account: whether it can only be read, or is suspended, is what it was
// when the command began. The workspace and the role in it on their own, because the nullable side of an outer join takes no lock.
const LOCKS = [
  `select 1 from members m where m.account_id = $1 and m.id = (select s.member_id from account_sessions s
     where s.account_id = $1 and s.id = $2) for share`,
  'select 1 from account_sessions s where s.account_id = $1 and s.id = $2 for share',
  'select 1 from workspaces w where w.account_id = $1 and w.id = $2 for share',
  'select 1 from workspaces w where w.account_id = $1 and w.id = $2 for no key update',
  'select 1 from member_workspaces mw where mw.account_id = $1 and mw.member_id = $2 and mw.workspace_id = $3 for share',
  'select 1 from account_sessions s where s.account_id = $1 and s.id = $2 for no key update',
  'select 1 from custom_roles c where c.account_id = $1 and c.id = any($2::uuid[]) order by c.id for share',
] as const;

/** The standing under lock: its rows stay as they are, and what it says stays true, until the transaction ends. */
export async function lockStanding(query: StandingQuery, manager: EntityManager): Promise<Standing | null> {
  const { accountId, accountSessionId, userId, signInSessionId, workspaceId } = query;
  const values = [accountId, accountSessionId, userId, signInSessionId];
  await manager.query(LOCKS[0], [accountId, accountSessionId]);
  // a share lock that is made stronger later deadlocks with another one: the strongest that is needed comes first
  await manager.query(query.changesSession ? LOCKS[5] : LOCKS[1], [accountId, accountSessionId]);
  if (workspaceId) {
    await manager.query(query.changesWorkspace ? LOCKS[3] : LOCKS[2], [accountId, workspaceId]);
    const [found]: StandingRow[] = await manager.query(STANDING, [...values, workspaceId]);
    if (found) await manager.query(LOCKS[4], [accountId, found.member_id, workspaceId]);
  }
  const [row]: StandingRow[] = await manager.query(STANDING, [...values, workspaceId]);
  const custom = [row?.account_custom_role_id, row?.workspace_custom_role_id].filter((id) => id != null);
  if (!custom.length) return standingIn([row], workspaceId);
  await manager.query(LOCKS[6], [accountId, custom]);
  return standingIn(await manager.query(STANDING, [...values, workspaceId]), workspaceId);
}
