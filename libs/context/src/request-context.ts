import { newId } from './ids.js';

/** How a person has proved who they are, in one sign-in. */
export interface Assurance {
  /** 2 where a second factor was among it; the claim `acr`. */
  readonly level: 1 | 2;
  /** Values of `amr` (RFC 8176). */
  readonly methods: readonly string[];
  /** When they did so last, in seconds since 1970; the claim `auth_time`. */
  readonly at: number;
}

/** A person with a valid token. */
export interface UserActor {
  readonly kind: 'user';
  readonly userId: string;
  /** The sign-in session (directory) that the token belongs to. */
  readonly signInSessionId: string;
  /** The tab or the program that acts; absent where a job carries on what a person began. */
  readonly clientId?: string;
  /** Absent where a job carries on what a person began. */
  readonly assurance?: Assurance;
  /** The account session (cell); absent until an account has been entered. */
  readonly accountSessionId?: string;
}

/** Who acts: a person, a named job of the product, or the operator at the command line. */
export type Actor = UserActor | NamedActor;

/** A job or the operator. */
export interface NamedActor {
  readonly kind: 'job' | 'operator';
  readonly name: string;
  /** The person on whose behalf it acts. Default nobody. */
  readonly onBehalfOf?: string;
}

/** An account and the cell that holds it. */
export interface AccountPlace {
  readonly id: string;
  /** Name of the cell, for example `eu-west-1`. */
  readonly cell: string;
}

/** What the authorising statement found: the member, the effective role, and the permission this request needed. */
export interface Authority {
  readonly memberId: string;
  /** Effective role in the workspace that the request is about, else in the account. */
  readonly role: string;
  /** Which role of the account's own it is. Default, and null: a built-in one. */
  readonly customRoleId?: string | null;
  /** Permissions that come with the role. */
  readonly permissions: ReadonlySet<string>;
  /** Checked by the guard and checked again, under lock, by the unit of work. */
  readonly required: string;
  /** Whether this request may act in an archived workspace (to bring it back). */
  readonly archivedAllowed: boolean;
  /** Whether this request changes the row of the workspace itself. */
  readonly changesWorkspace: boolean;
  /** Whether this request changes the row of the member's own session. */
  readonly changesSession: boolean;
  /** Whether this request is refused in an account that can only be read. */
  readonly changesAccount: boolean;
  /** The workspace that the request is about and for which `role` holds; null for the account as a whole. */
  readonly workspaceId: string | null;
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
  readonly authority?: Authority;
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
  readonly authority: Authority | undefined;

  constructor(input: ContextInput) {
    this.requestId = input.requestId ?? newId();
    this.actor = Object.freeze({ ...input.actor });
    this.origin = input.origin && Object.freeze({ ...input.origin });
    this.account = input.account && Object.freeze({ ...input.account });
    this.workspaceId = input.workspaceId;
    this.authority = input.authority && Object.freeze({ ...input.authority });
    Object.freeze(this);
  }

  /** The id of the person who acts; null for jobs and the operator. */
  get userId(): string | null {
    return this.actor.kind === 'user' ? this.actor.userId : null;
  }
}

/**
 * Names a job of the product as the actor; the name lands in the audit entry.
 *
 * @param onBehalfOf the id of the person whose doing it carries on; the entry names them as well. Default nobody.
 */
export function job(name: string, onBehalfOf?: string): Actor {
  return { kind: 'job', name, ...(onBehalfOf && { onBehalfOf }) };
}

/** Names the operator's command as the actor; the name lands in the audit entry. */
export function operator(name: string): Actor {
  return { kind: 'operator', name };
}
