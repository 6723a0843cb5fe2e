import type { TrustedActions } from './actors/trusted.js';
import type { Assurance } from './actors/user.js';

/** A role with its permissions. The shape of `HeldRole` in `libs/roles`, which this library must not import. */
export interface EffectiveRole {
  readonly name: string;
  /** Which role of the account's own it is; null for a built-in one. */
  readonly customRoleId: string | null;
  readonly permissions: ReadonlySet<string>;
}

/** No access: the session ended or expired, the member was removed, the account is suspended, or the kind of actor is unknown. */
export interface NoAccess {
  readonly kind: 'none';
}

/** A signed-in person, outside any account. */
export interface PersonAccess {
  readonly kind: 'person';
  readonly assurance: Assurance | undefined;
  /** Whether a password can be used to sign in as this person; undefined where it was not looked up, which `withoutPassword` refuses. */
  readonly hasPassword?: boolean;
}

/** A person with a valid invitation to an account. */
export interface InvitedAccess {
  readonly kind: 'invited';
  readonly readOnly: boolean;
}

/** An active member of an active account, in a session that has not ended. */
export interface MemberAccess {
  readonly kind: 'member';
  readonly memberId: string;
  readonly assurance: Assurance | undefined;
  /** Whether nothing can be changed in the account until it is paid for. */
  readonly readOnly: boolean;
  /** The role in the account as a whole. */
  readonly role: EffectiveRole;
  /** The workspace that was asked about; null where none was, or the account has none with that id. */
  readonly workspace: WorkspaceAccess | null;
}

/** A member's access to one workspace. */
export interface WorkspaceAccess {
  readonly archived: boolean;
  /** Null where the member may not enter it. */
  readonly role: EffectiveRole | null;
}

/** A job of the product, or the operator. */
export interface TrustedAccess {
  readonly kind: 'trusted';
  readonly name: string;
  readonly may: TrustedActions;
}

/** The access of an actor, as it was found at one moment. Never kept for the next request. */
export type Access = NoAccess | PersonAccess | InvitedAccess | MemberAccess | TrustedAccess;

/**
 * The conditions that an actor has to meet. Each field adds one, except `archivedAllowed`, which relaxes one, and `locks`, which is
 * none. An empty demand is met by every access but {@link NoAccess}. A trusted actor is judged by `action` alone.
 */
export interface Demand {
  /** How far it reaches: `user` a person, `account` a member, `workspace` a member in the workspace that the token has entered. Default `user`. */
  readonly scope?: 'user' | 'account' | 'workspace';
  /** The workspace that it concerns, whose role decides. Default the account as a whole. */
  readonly workspaceId?: string | undefined;
  /** The workspace that the token has entered. Default none. */
  readonly enteredWorkspaceId?: string | undefined;
  /** Whether the workspace may be archived. Default false. */
  readonly archivedAllowed?: boolean;
  /** A permission that the role has to have. */
  readonly permission?: string;
  /** Whether it is refused while the account can only be read. Default false. */
  readonly changesAccount?: boolean;
  /** Permissions of a role that is given, changed or taken: the actor's own role has to have all of them. */
  readonly gives?: ReadonlySet<string>;
  /** A role of the account's own that is changed: it must not be the actor's. */
  readonly changesRole?: string;
  /** The level at which the person must have proved within ten minutes who they are; 2 is with a second factor. */
  readonly freshProof?: 1 | 2;
  /** Whether this sign-in must have used a second factor. Default false. */
  readonly secondFactor?: boolean;
  /** Whether the person must have signed in without a password and have none. Default false. */
  readonly withoutPassword?: boolean;
  /** An action of the audit trail that a trusted actor has to be trusted with. */
  readonly action?: string;
  /** Rows that the command itself changes, and that are locked for it from the beginning. Default none. */
  readonly locks?: { readonly session?: boolean; readonly workspace?: boolean };
}
