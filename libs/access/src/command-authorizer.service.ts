import { Injectable } from '@nestjs/common';
import type { Access, Actor, Demand, RequestContext } from '#libs/context';
import { type Authorization, CommandAuthorizer, type FunctionCall } from '#libs/database';
import { accessOf, isQuestion } from './actors/actor-access.js';
import { assertAllowed } from './decide.js';

/** Decides again inside each command, on rows that are locked until it ends, as the guard did. */
@Injectable()
export class AccessCommandAuthorizer extends CommandAuthorizer {
  async authorize({ actor, demand }: RequestContext, call: FunctionCall): Promise<Authorization> {
    const access = await lockedAccess(actor, demand, call);
    assertAllowed(access, demand ?? {});
    const { workspaceId, archivedAllowed = false } = demand ?? {};
    return {
      access,
      // about the same workspace, whose role decides
      demand: (more) => void assertAllowed(access, { workspaceId, archivedAllowed, ...more }),
    };
  }
}

async function lockedAccess(actor: Actor, demand: Demand | undefined, call: FunctionCall): Promise<Access> {
  const found = accessOf(actor, demand ?? {});
  if (!isQuestion(found)) return found;
  // who has a role is asked for something, or may do nothing
  return demand ? found.accessIn(await call(found.lock.name, ...found.lock.values)) : { kind: 'none' };
}
