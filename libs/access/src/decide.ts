import {
  type Access,
  type Assurance,
  type BulkheadError,
  type Demand,
  type EffectiveRole,
  type InvitedAccess,
  type MemberAccess,
  NotFoundError,
  type PersonAccess,
  type TrustedAccess,
} from '#libs/context';
import { InternalError, UnauthenticatedError } from '#libs/http';
import { mayGive, RoleAboveOwnError, RoleIsOwnError } from '#libs/roles';
import {
  AccountNotEnteredError,
  AccountReadOnlyError,
  PasswordNotAllowedError,
  PermissionMissingError,
  SecondFactorNeededError,
  StepUpNeededError,
  WorkspaceNotEnteredError,
} from './access.errors.js';

/** How long a proof of who somebody is counts as fresh, in seconds. */
const FRESH_SECONDS = 600;

/** The outcome: allowed, with the role that decided (null where none did), or refused, with status and code of the refusal. */
export type Decision =
  | { readonly allowed: true; readonly role: EffectiveRole | null }
  | { readonly allowed: false; readonly refusal: BulkheadError };

/**
 * Decides whether an access meets a demand, for the guard, commands, live streams and jobs. The only place that makes the errors of this
 * library (`libs/testing/test/source.spec.ts` checks); a missing token, membership or invitation is refused where it is looked up.
 * The first refusal of this list is returned: no access 401; no account entered 409; no such workspace, or none that the member may
 * enter 404; a workspace that the token has not entered 409; no permission 403; a read-only account 403; a role above one's own 403;
 * a missing proof 403.
 *
 * @param now in ms since 1970.
 *
 * @guard
 */
export function decide(access: Access, demand: Demand, now: number = Date.now()): Decision {
  const refusal = refusalOf(access, demand, now);
  return refusal
    ? { allowed: false, refusal }
    : { allowed: true, role: access.kind === 'member' ? roleFor(access, demand) : null };
}

/** Returns where {@link decide} allows. @throws the refusal */
export function assertAllowed(access: Access, demand: Demand): void {
  const decision = decide(access, demand);
  if (!decision.allowed) throw decision.refusal;
}

function refusalOf(access: Access, demand: Demand, now: number): BulkheadError | undefined {
  switch (access.kind) {
    case 'none':
      return new UnauthenticatedError();
    case 'trusted':
      return refusalOfTrusted(access, demand);
    case 'person':
      return refusalOfPerson(access, demand, now);
    case 'invited':
      return refusalOfInvited(access, demand, now);
    case 'member':
      return refusalOfMember(access, demand) ?? refusalOfProof(access, demand, now);
    default:
      access satisfies never;
      return new UnauthenticatedError();
  }
}

/** A trusted actor has no role. Its list names the actions that it may record. */
function refusalOfTrusted({ name, may }: TrustedAccess, { action }: Demand): BulkheadError | undefined {
  if (action !== undefined && may !== 'any' && !may.includes(action))
    return new InternalError({ cause: new Error(`"${name}" is not trusted with "${action}". Add it to its list.`) });
  return undefined;
}

function refusalOfPerson(access: PersonAccess, demand: Demand, now: number): BulkheadError | undefined {
  if (isOfAnAccount(demand)) return new AccountNotEnteredError();
  return refusalOfProof(access, demand, now);
}

function refusalOfInvited({ readOnly }: InvitedAccess, demand: Demand, now: number): BulkheadError | undefined {
  if (isOfAnAccount(demand)) return new NotFoundError();
  if (demand.changesAccount && readOnly) return new AccountReadOnlyError();
  return refusalOfProof({ assurance: undefined }, demand, now);
}

function isOfAnAccount({ scope = 'user', workspaceId, permission, gives, changesRole }: Demand): boolean {
  return scope !== 'user' || [workspaceId, permission, gives, changesRole].some((one) => one !== undefined);
}

function refusalOfMember(access: MemberAccess, demand: Demand): BulkheadError | undefined {
  const { scope, workspaceId, enteredWorkspaceId, permission, changesAccount, gives, changesRole } = demand;
  if (scope === 'workspace' && workspaceId === undefined) return new WorkspaceNotEnteredError();
  const role = roleFor(access, demand);
  if (!role) return new NotFoundError();
  if (scope === 'workspace' && workspaceId !== enteredWorkspaceId) return new WorkspaceNotEnteredError();
  if (permission !== undefined && !role.permissions.has(permission)) return new PermissionMissingError(permission);
  if (changesAccount && access.readOnly) return new AccountReadOnlyError();
  if (gives && !mayGive(role.permissions, { permissions: gives })) return new RoleAboveOwnError();
  if (changesRole !== undefined && changesRole === role.customRoleId) return new RoleIsOwnError();
  return undefined;
}

/** The role in the workspace that a demand concerns, else in the account; null where the member may not enter that workspace. */
function roleFor({ role, workspace }: MemberAccess, { workspaceId, archivedAllowed }: Demand): EffectiveRole | null {
  if (workspaceId === undefined) return role;
  if (workspace?.archived && !archivedAllowed) return null;
  return workspace?.role ?? null;
}

function refusalOfProof(
  { assurance, hasPassword }: { readonly assurance: Assurance | undefined; readonly hasPassword?: boolean },
  { secondFactor, withoutPassword, freshProof }: Demand,
  now: number,
): BulkheadError | undefined {
  if (secondFactor && assurance?.level !== 2) return new SecondFactorNeededError();
  if (withoutPassword && (!assurance || hasPassword !== false || assurance.methods.includes('pwd')))
    return new PasswordNotAllowedError();
  if (freshProof === undefined) return undefined;
  const isFresh = assurance && now / 1_000 - assurance.at <= FRESH_SECONDS && assurance.level >= freshProof;
  if (!isFresh) return new StepUpNeededError(freshProof, FRESH_SECONDS);
  return undefined;
}
