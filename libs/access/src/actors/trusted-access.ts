import type { JobActor, OperatorActor, TrustedAccess } from '#libs/context';

/** A job or the operator may do what its list says; the database is not asked. */
export function trustedAccess({ name, may }: JobActor | OperatorActor): TrustedAccess {
  return { kind: 'trusted', name, may };
}
