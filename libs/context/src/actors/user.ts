import type { ActorTraits } from './actor-traits.js';

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
  /** The tab or the program that acts; absent where the worker completes what a person began. */
  readonly clientId?: string;
  /** Absent where the worker completes what a person began. */
  readonly assurance?: Assurance;
  /** The account session (cell); absent until an account has been entered. */
  readonly accountSessionId?: string;
}

export function userTraits({ userId, accountSessionId }: UserActor): ActorTraits {
  return {
    userId,
    accountSessionId: accountSessionId ?? null,
    name: null,
    onBehalfOf: null,
    principal: userId,
    isTrusted: false,
  };
}
