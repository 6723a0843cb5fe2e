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
import {
  AccountNotEnteredError,
  AccountReadOnlyError,
  PasswordNotAllowedError,
  PermissionMissingError,
  RoleAboveOwnError,
  RoleIsOwnError,
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
 * Decides whether an access meets a demand. The only place that refuses an actor: the guard, commands, live streams and jobs call it.
 * The first refusal of this list is returned: no access 401; no account entered 409; no such workspace, or none that the member may
 * enter 404; a workspace that the token has not entered 409; no permission 403; a read-only account 403; a role above one's own 403;
 * a missing proof 403.
 *
 * @param now in ms since 1970.
 */
export function decide(access: Access, demand: Demand, now: number = Date.now()): Decision {
  const refusal = refusalOf(access, demand, now);
  return refusal
    ? { allowed: false, refusal }
    : { allowed: true, role: access.kind === 'member' ? roleFor(access, demand) : null };
}

/** Returns the role that decided. @throws the refusal, where {@link decide} finds one */
export function assertAllowed(access: Access, demand: Demand): EffectiveRole | null {
  const decision = decide(access, demand);
  if (!decision.allowed) throw decision.refusal;
  return decision.role;
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
      return refusalOfInvited(access, demand);
    case 'member':
      return refusalOfMember(access, demand) ?? refusalOfProof(access, demand, now);
    default:
      access satisfies never;
      return new UnauthenticatedError();
  }
}

/** A trusted actor has no role. Its list names the actions that it may record. */
function refusalOfTrusted({ name, may }: TrustedAccess, { act }: Demand): BulkheadError | undefined {
  if (act === undefined || may === 'any' || may.includes(act)) return undefined;
  return new InternalError({ cause: new Error(`"${name}" is not trusted with "${act}". Add it to its list.`) });
}

function refusalOfPerson(access: PersonAccess, demand: Demand, now: number): BulkheadError | undefined {
  if (isOfAnAccount(demand)) return new AccountNotEnteredError();
  return refusalOfProof(access, demand, now);
}

function refusalOfInvited({ readOnly }: InvitedAccess, demand: Demand): BulkheadError | undefined {
  if (isOfAnAccount(demand)) return new NotFoundError();
  return demand.changesAccount && readOnly ? new AccountReadOnlyError() : undefined;
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
  if (gives && [...gives].some((given) => !role.permissions.has(given))) return new RoleAboveOwnError();
  if (changesRole !== undefined && changesRole === role.customRoleId) return new RoleIsOwnError();
  return undefined;
}

/** The role in the workspace that a demand concerns, else in the account; null where the member may not enter that workspace. */
function roleFor({ role, workspace }: MemberAccess, { workspaceId, archivedAllowed }: Demand): EffectiveRole | null {
  if (workspaceId === undefined) return role;
  return workspace && (archivedAllowed || !workspace.archived) ? workspace.role : null;
}

function refusalOfProof(
  { assurance, hasPassword }: { readonly assurance: Assurance | undefined; readonly hasPassword?: boolean },
  { secondFactor, withoutPassword, freshProof }: Demand,
  now: number,
): BulkheadError | undefined {
  if (secondFactor && assurance?.level !== 2) return new SecondFactorNeededError();
  if (withoutPassword && (!assurance || hasPassword || assurance.methods.includes('pwd')))
    return new PasswordNotAllowedError();
  if (freshProof === undefined) return undefined;
  const isFresh = assurance && now / 1_000 - assurance.at <= FRESH_SECONDS && assurance.level >= freshProof;
  return isFresh ? undefined : new StepUpNeededError(freshProof, FRESH_SECONDS);
}
