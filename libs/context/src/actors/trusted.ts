import type { ActorTraits } from './actor-traits.js';

/**
 * Actions of the audit trail that an actor without a role may record; a command that records another one is rolled back. `any` is for
 * tests: no source of the product may use it.
 */
export type TrustedActions = readonly string[] | 'any';

interface TrustedActor {
  readonly name: string;
  readonly may: TrustedActions;
  /** The person whose request it completes; the audit entry names them as well. Default nobody. */
  readonly onBehalfOf?: string;
}

/** A job of the product. */
export interface JobActor extends TrustedActor {
  readonly kind: 'job';
}

/** The operator at the command line. */
export interface OperatorActor extends TrustedActor {
  readonly kind: 'operator';
}

/**
 * Names a job of the product as the actor. It acts without a role.
 *
 * @param name goes to the audit trail.
 * @param may everything that it may record.
 * @param onBehalfOf the id of the person whose request it completes. Default nobody.
 */
export function job(name: string, may: TrustedActions, onBehalfOf?: string): JobActor {
  return { kind: 'job', name, may, ...(onBehalfOf && { onBehalfOf }) };
}

/** Names a command of the operator as the actor, as {@link job} does for jobs. */
export function operator(name: string, may: TrustedActions): OperatorActor {
  return { kind: 'operator', name, may };
}

export function trustedTraits({ kind, name, onBehalfOf }: JobActor | OperatorActor): ActorTraits {
  return {
    userId: null,
    accountSessionId: null,
    name,
    onBehalfOf: onBehalfOf ?? null,
    principal: `${kind}:${name}`,
    isTrusted: true,
  };
}
