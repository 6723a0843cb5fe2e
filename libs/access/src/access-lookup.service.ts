import { Injectable } from '@nestjs/common';
import { type Access, type ContextInput, ContextStore, type Demand, type RequestContext } from '#libs/context';
import { functionCall, type Read, Reader } from '#libs/database';
import { accessOf, type AccessQuestion, isQuestion } from './actors/actor-access.js';

/** Looks up what an actor may do, once a request. Never cached: a revocation counts from the next request. */
@Injectable()
export class AccessLookup {
  constructor(
    private readonly contexts: ContextStore,
    private readonly reader: Reader,
  ) {}

  /** What the actor of a context may do in its account now. */
  async find({ requestId, actor, account }: ContextInput | RequestContext, demand: Demand): Promise<Access> {
    const found = accessOf(actor, demand);
    if (!isQuestion(found)) return found;
    // in a context of its own, which names the account and nothing inside it
    const rows = await this.contexts.runAs({ ...(requestId && { requestId }), actor, account }, () =>
      this.reader.call(found.read.name, ...found.read.values),
    );
    return found.accessIn(rows);
  }

  /** The same question as a statement, to be sent in the round trip of a request's first read. */
  static asRead({ read }: AccessQuestion): Read {
    return functionCall(read.name, read.values);
  }
}
