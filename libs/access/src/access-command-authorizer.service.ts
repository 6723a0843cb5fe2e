import { Injectable } from '@nestjs/common';
import type { Access, Actor, Demand, RequestContext } from '#libs/context';
import { type Authorization, CommandAuthorizer, type Read } from '#libs/database';
import { accessOf, isQuestion } from './actors/actor-access.js';
import { assertAllowed } from './decide.js';

type Query = (read: Read) => Promise<readonly unknown[]>;

/** Decides on the demand of the request again, on rows that stay locked until the command ends. */
@Injectable()
export class AccessCommandAuthorizer extends CommandAuthorizer {
  async authorize({ actor, demand }: RequestContext, query: Query): Promise<Authorization> {
    const access = await lockedAccess(actor, demand, query);
    assertAllowed(access, demand ?? {});
    const { workspaceId, archivedAllowed = false } = demand ?? {};
    return {
      access,
      // concerns the same workspace as the request
      demand: (more) => assertAllowed(access, { workspaceId, archivedAllowed, ...more }),
    };
  }
}

async function lockedAccess(actor: Actor, demand: Demand | undefined, query: Query): Promise<Access> {
  const found = accessOf(actor, demand ?? {});
  if (!isQuestion(found)) return found;
  // a context that was not authorized for an account, by a guard, has no command in it
  const isInAccount = demand?.scope === 'account' || demand?.scope === 'workspace';
  return isInAccount ? found.accessIn(await query(found.lock)) : { kind: 'none' };
}
