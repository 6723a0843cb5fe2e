import { Injectable } from '@nestjs/common';
import { type Authority, NotFoundError, type RequestContext } from '#libs/context';
import { AuthorityCheck } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import type { EntityManager } from 'typeorm';
import { PermissionMissingError } from './roles.errors.js';
import { assertWritable, lockStanding } from './standing.js';

/** Re-reads a member's standing under lock at the beginning of a command, and answers as the guard would have. */
@Injectable()
export class MemberAuthorityCheck extends AuthorityCheck {
  async authorise({ actor, account, authority }: RequestContext, manager: EntityManager): Promise<Authority> {
    if (actor.kind !== 'user' || !actor.accountSessionId || !account || !authority) throw new UnauthenticatedError();
    const { userId, signInSessionId, accountSessionId } = actor;
    const { workspaceId, archivedAllowed, changesWorkspace, changesSession, changesAccount, required } = authority;
    const query = {
      accountId: account.id,
      accountSessionId,
      userId,
      signInSessionId,
      workspaceId,
      changesWorkspace,
      changesSession,
    };
    const standing = await lockStanding(query, manager);
    if (!standing) throw new UnauthenticatedError();
    const role = standing.role(archivedAllowed);
    if (!role) throw new NotFoundError();
    const { name, customRoleId, permissions } = role;
    if (!permissions.has(required)) throw new PermissionMissingError(required);
    if (changesAccount) assertWritable(standing);
    return { ...authority, memberId: standing.memberId, role: name, customRoleId, permissions };
  }
}
