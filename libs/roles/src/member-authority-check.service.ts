import { Injectable } from '@nestjs/common';
import { NotFoundError, type RequestContext } from '#libs/context';
import { AuthorityCheck } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import type { EntityManager } from 'typeorm';
import { PermissionMissingError } from './roles.errors.js';
import { lockStanding } from './standing.js';

/** Re-reads a member's standing under lock at the beginning of a command, and answers as the guard would have. */
@Injectable()
export class MemberAuthorityCheck extends AuthorityCheck {
  async assertStillAuthorised({ actor, account, authority }: RequestContext, manager: EntityManager): Promise<void> {
    if (actor.kind !== 'user' || !actor.accountSessionId || !account || !authority) throw new UnauthenticatedError();
    const { userId, signInSessionId, accountSessionId } = actor;
    const { workspaceId, archivedAllowed, required } = authority;
    const standing = await lockStanding(
      { accountId: account.id, accountSessionId, userId, signInSessionId, workspaceId },
      manager,
    );
    if (!standing) throw new UnauthenticatedError();
    if (!standing.role(archivedAllowed)) throw new NotFoundError();
    if (!standing.permissions(archivedAllowed).has(required)) throw new PermissionMissingError(required);
  }
}
