import { Injectable } from '@nestjs/common';
import { type Access, type ContextInput, ContextStore, type Demand, type RequestContext } from '#libs/context';
import { Reader } from '#libs/database';
import { accessOf, isQuestion } from './actors/actor-access.js';

/** Looks up the access of an actor, once per request. Never cached: a revocation takes effect with the next request. */
@Injectable()
export class AccessLookup {
  constructor(
    private readonly contexts: ContextStore,
    private readonly reader: Reader,
  ) {}

  /** Returns the access that the actor of a context has in its account now. */
  async find({ requestId, actor, account }: ContextInput | RequestContext, demand: Demand): Promise<Access> {
    const found = accessOf(actor, demand);
    if (!isQuestion(found)) return found;
    // in a context of its own, which names the account and nothing inside it
    const rows = await this.contexts.runAs({ ...(requestId && { requestId }), actor, account }, () =>
      this.reader.lookUpAccess(found.read),
    );
    return found.accessIn(rows);
  }
}
