import type { Access, Demand } from './access.js';
import { type Actor, traitsOf } from './actors/actor.js';
import type { ActorTraits } from './actors/actor-traits.js';
import type { UserActor } from './actors/user.js';
import { ContextMissingError } from './context.errors.js';
import { newId } from './ids.js';

/** An account and the cell that holds it. */
export interface AccountPlace {
  readonly id: string;
  /** Name of the cell, for example `eu-west-1`. */
  readonly cell: string;
}

/** Where a request came from, for the audit trail. */
export interface Origin {
  /** Null where the client had hung up before it was looked at. */
  readonly address: string | null;
  readonly userAgent: string;
}

/** Everything that makes a context; `requestId` defaults to a new UUIDv7. */
export interface ContextInput {
  readonly requestId?: string;
  readonly actor: Actor;
  readonly origin?: Origin | undefined;
  readonly account?: AccountPlace | undefined;
  /** The workspace in which rows are read and written; what the database enforces. */
  readonly workspaceId?: string;
  /** The demand of the request. Each command decides on it again, under lock. */
  readonly demand?: Demand;
  /** The access of the actor when the request began. */
  readonly access?: Access;
}

/**
 * Who acts, for which account and workspace, under which request id: one frozen value. There is no empty and no
 * all-powerful one; a context without account reaches no cell, and one without workspace sees no row of a workspace.
 */
export class RequestContext {
  readonly requestId: string;
  readonly actor: Actor;
  readonly origin: Origin | undefined;
  readonly account: AccountPlace | undefined;
  readonly workspaceId: string | undefined;
  readonly demand: Demand | undefined;
  readonly access: Access | undefined;
  readonly traits: ActorTraits;

  constructor(input: ContextInput) {
    this.requestId = input.requestId ?? newId();
    this.actor = Object.freeze({ ...input.actor });
    this.origin = input.origin && Object.freeze({ ...input.origin });
    this.account = input.account && Object.freeze({ ...input.account });
    this.workspaceId = input.workspaceId;
    this.demand = input.demand && Object.freeze({ ...input.demand });
    this.access = input.access && Object.freeze({ ...input.access });
    this.traits = Object.freeze(traitsOf(this.actor));
    Object.freeze(this);
  }

  /** The id of the person who acts; null for jobs and the operator. */
  get userId(): string | null {
    return this.traits.userId;
  }

  /** The member who acts; null where none does, or their access was not looked up. */
  get memberId(): string | null {
    return this.access?.kind === 'member' ? this.access.memberId : null;
  }

  /** @param what is named in the error. @throws {ContextMissingError} where no person acts */
  requireUser(what = 'This code'): UserActor {
    if (this.actor.kind !== 'user') throw new ContextMissingError(`${what}, which acts for a person,`);
    return this.actor;
  }

  /** @param what is named in the error. @throws {ContextMissingError} where there is no account */
  requireAccount(what = 'This code'): AccountPlace {
    if (!this.account) throw new ContextMissingError(`${what}, which acts in an account,`);
    return this.account;
  }

  /** @param what is named in the error. @throws {ContextMissingError} where there is no workspace */
  requireWorkspaceId(what = 'This code'): string {
    if (!this.workspaceId) throw new ContextMissingError(`${what}, which acts in a workspace,`);
    return this.workspaceId;
  }
}
