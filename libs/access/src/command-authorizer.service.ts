import { Injectable } from '@nestjs/common';
import type { Access, Actor, Demand, RequestContext } from '#libs/context';
import { type Authorization, CommandAuthorizer, type FunctionCall } from '#libs/database';
import { accessOf, isQuestion } from './actors/actor-access.js';
import { assertAllowed } from './decide.js';

/** Decides on the demand of the request again, on rows that stay locked until the command ends. */
@Injectable()
export class AccessCommandAuthorizer extends CommandAuthorizer {
  async authorize({ actor, demand }: RequestContext, call: FunctionCall): Promise<Authorization> {
    const access = await lockedAccess(actor, demand, call);
    assertAllowed(access, demand ?? {});
    const { workspaceId, archivedAllowed = false } = demand ?? {};
    return {
      access,
      // concerns the same workspace as the request
      demand: (more) => void assertAllowed(access, { workspaceId, archivedAllowed, ...more }),
    };
  }
}

async function lockedAccess(actor: Actor, demand: Demand | undefined, call: FunctionCall): Promise<Access> {
  const found = accessOf(actor, demand ?? {});
  if (!isQuestion(found)) return found;
  // a member whose context demands nothing was not authorized by a guard
  return demand ? found.accessIn(await call(found.lock.name, ...found.lock.values)) : { kind: 'none' };
}
