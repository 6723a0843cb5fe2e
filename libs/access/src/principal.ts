import type { Assurance } from '#libs/context';

/** The content of a valid token: person, sessions, and the account and workspace that were entered. Never a role. */
export interface Principal {
  readonly userId: string;
  readonly signInSessionId: string;
  /** The tab or the program that the token was given to. */
  readonly clientId: string;
  /** How the person has proved who they are. */
  readonly assurance: Assurance;
  /** Absent until an account was entered. */
  readonly account?: { readonly id: string; readonly cell: string; readonly sessionId: string };
  /** Absent until a workspace was entered. */
  readonly workspaceId?: string;
}
