import { Injectable } from '@nestjs/common';
import { StandingAuthority } from '#libs/audit';
import { NotFoundError, type RequestContext } from '#libs/context';
import { UnauthenticatedError } from '#libs/http';
import { PermissionMissingError } from './roles.errors.js';
import { StandingReadModel } from './standing.read-model.js';

/** Asks the authorising statement again for a context that a member's request has made. */
@Injectable()
export class MemberStandingAuthority extends StandingAuthority {
  constructor(private readonly standings: StandingReadModel) {
    super();
  }

  async assertStill({ actor, authority }: RequestContext): Promise<void> {
    if (actor.kind !== 'user' || !actor.accountSessionId || !authority) throw new UnauthenticatedError();
    const { userId, signInSessionId, accountSessionId } = actor;
    const { workspaceId, archivedAllowed, required } = authority;
    const standing = await this.standings.read({ accountSessionId, userId, signInSessionId, workspaceId });
    if (!standing) throw new UnauthenticatedError();
    const role = standing.role(archivedAllowed);
    if (!role) throw new NotFoundError();
    if (!role.permissions.has(required)) throw new PermissionMissingError(required);
  }
}
