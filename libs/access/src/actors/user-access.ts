import type { Access, Assurance, Demand, UserActor } from '#libs/context';
import { functionCall } from '#libs/database';
import { accountRoleFrom, roleFrom, type RoleRow } from '#libs/roles';
import type { AccessQuestion } from './access-question.js';

/** A row of `app.member_access` and `app.lock_member_access`. */
interface MemberAccessRow extends RoleRow {
  readonly member_id: string;
  readonly read_only: boolean;
  readonly workspace_id: string | null;
  readonly archived: boolean;
}

/** A person has the access of the member of their account session. Without an account session they have none. */
export function userAccess(
  { userId, signInSessionId, accountSessionId, assurance }: UserActor,
  { workspaceId, locks = {} }: Demand,
): Access | AccessQuestion {
  if (!accountSessionId) return { kind: 'none' };
  const who = [accountSessionId, userId, signInSessionId, workspaceId ?? null];
  return {
    read: functionCall('member_access', who),
    lock: functionCall('lock_member_access', [...who, locks.session ?? false, locks.workspace ?? false]),
    accessIn: ([row]) => (row ? memberAccess(row as MemberAccessRow, assurance) : { kind: 'none' }),
  };
}

function memberAccess(row: MemberAccessRow, assurance: Assurance | undefined): Access {
  return {
    kind: 'member',
    memberId: row.member_id,
    assurance,
    readOnly: row.read_only,
    role: accountRoleFrom(row),
    workspace: row.workspace_id === null ? null : { archived: row.archived, role: roleFrom(row) },
  };
}
