import {
  AccountNotEnteredError,
  AccountReadOnlyError,
  PermissionMissingError,
  StepUpNeededError,
  WorkspaceNotEnteredError,
} from '#libs/access';
import { isMetered } from '#libs/billing';
import { NotFoundError, PreconditionFailedError } from '#libs/context';
import {
  ContendedError,
  ContextRejectedError,
  DatabaseBusyError,
  DatabaseUnavailableError,
  WrongCellError,
} from '#libs/database';
import { RequestsUsedUpError } from '#libs/entitlements';
import {
  BodyTooLargeError,
  type ImpliedRefusal,
  InternalError,
  InvalidCursorError,
  InvalidRequestError,
  isInAccount,
  isRead,
  hasPathParameter,
  PreconditionRequiredError,
  type RefusingOperation,
  TooManyRequestsError,
  UnauthenticatedError,
  UnsupportedMediaTypeError,
} from '#libs/http';
import { IdempotencyKeyReusedError } from '#libs/idempotency';
import { OF_EVERY_ROLE } from '#libs/roles';

/** Lists the refusals that no endpoint declares, because a guard, input validation, a header or the database implies them. */
export const IMPLIED_REFUSALS: readonly ImpliedRefusal[] = [
  // an unknown query parameter is refused everywhere
  { error: InvalidRequestError, appliesTo: () => true },
  { error: InvalidCursorError, appliesTo: ({ query }) => query.includes('cursor') },
  // a body is read before it is known whether the operation takes one
  { error: BodyTooLargeError, appliesTo: (operation) => !isRead(operation) },
  { error: UnsupportedMediaTypeError, appliesTo: (operation) => !isRead(operation) },
  { error: PreconditionFailedError, appliesTo: ({ endpoint }) => Boolean(endpoint.conditional) },
  { error: PreconditionRequiredError, appliesTo: ({ endpoint }) => endpoint.conditional === true },
  { error: IdempotencyKeyReusedError, appliesTo: ({ takesKey, hasBody }) => takesKey && hasBody },
  { error: TooManyRequestsError, appliesTo: ({ endpoint }) => endpoint.rate !== 'unlimited' },

  { error: UnauthenticatedError, appliesTo: ({ endpoint }) => endpoint.scope !== 'public' },
  { error: WrongCellError, appliesTo: isInAccount },
  { error: AccountNotEnteredError, appliesTo: isInAccount },
  { error: WorkspaceNotEnteredError, appliesTo: ({ endpoint }) => endpoint.scope === 'workspace' },
  {
    error: NotFoundError,
    appliesTo: (operation) => operation.endpoint.scope === 'workspace' || hasPathParameter(operation),
  },
  // every role has these permissions, so they are never missing
  {
    error: PermissionMissingError,
    appliesTo: (operation) =>
      isInAccount(operation) && !(OF_EVERY_ROLE as readonly string[]).includes(operation.endpoint.permission ?? ''),
  },
  {
    error: AccountReadOnlyError,
    appliesTo: (operation) => isInAccount(operation) && !isRead(operation) && !operation.endpoint.whileReadOnly,
  },
  { error: StepUpNeededError, appliesTo: ({ endpoint }) => endpoint.freshFactor === true },
  { error: RequestsUsedUpError, appliesTo: ({ endpoint }) => isMetered(endpoint) },

  { error: InternalError, appliesTo: () => true },
  ...[DatabaseBusyError, DatabaseUnavailableError, ContendedError].map((error) => ({
    error,
    appliesTo: usesDatabase,
  })),
  { error: ContextRejectedError, appliesTo: isInAccount },
];

/** Returns whether an operation uses a database. A public operation without an audit entry declares these errors itself. */
function usesDatabase({ endpoint: { scope, records } }: RefusingOperation): boolean {
  return scope !== 'public' || records !== undefined;
}
