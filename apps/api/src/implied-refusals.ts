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
  namesRow,
  PreconditionRequiredError,
  type RefusingOperation,
  TooManyRequestsError,
  UnauthenticatedError,
  UnsupportedMediaTypeError,
} from '#libs/http';
import { IdempotencyKeyReusedError } from '#libs/idempotency';
import { OF_EVERY_ROLE } from '#libs/roles';

/** The refusals that an operation does not declare, because a guard, input validation, a header or the database makes them. */
export const IMPLIED_REFUSALS: readonly ImpliedRefusal[] = [
  // an unknown query parameter is refused everywhere
  { error: InvalidRequestError, of: () => true },
  { error: InvalidCursorError, of: ({ query }) => query.includes('cursor') },
  // a body is read before it is known whether the operation takes one
  { error: BodyTooLargeError, of: (operation) => !isRead(operation) },
  { error: UnsupportedMediaTypeError, of: (operation) => !isRead(operation) },
  { error: PreconditionFailedError, of: ({ endpoint }) => Boolean(endpoint.conditional) },
  { error: PreconditionRequiredError, of: ({ endpoint }) => endpoint.conditional === true },
  { error: IdempotencyKeyReusedError, of: ({ takesKey, hasBody }) => takesKey && hasBody },
  { error: TooManyRequestsError, of: ({ endpoint }) => endpoint.rate !== 'unlimited' },

  { error: UnauthenticatedError, of: ({ endpoint }) => endpoint.scope !== 'public' },
  { error: WrongCellError, of: isInAccount },
  { error: AccountNotEnteredError, of: isInAccount },
  { error: WorkspaceNotEnteredError, of: ({ endpoint }) => endpoint.scope === 'workspace' },
  { error: NotFoundError, of: (operation) => operation.endpoint.scope === 'workspace' || namesRow(operation) },
  // nobody is without what every role has
  {
    error: PermissionMissingError,
    of: (operation) =>
      isInAccount(operation) && !(OF_EVERY_ROLE as readonly string[]).includes(operation.endpoint.permission ?? ''),
  },
  {
    error: AccountReadOnlyError,
    of: (operation) => isInAccount(operation) && !isRead(operation) && !operation.endpoint.whileReadOnly,
  },
  { error: StepUpNeededError, of: ({ endpoint }) => endpoint.freshFactor === true },
  { error: RequestsUsedUpError, of: ({ endpoint }) => isMetered(endpoint) },

  { error: InternalError, of: () => true },
  ...[DatabaseBusyError, DatabaseUnavailableError, ContendedError].map((error) => ({
    error,
    of: usesDatabase,
  })),
  { error: ContextRejectedError, of: isInAccount },
];

/** Whether an operation uses a database: one that is public and leaves no entry says so itself. */
function usesDatabase({ endpoint: { scope, records } }: RefusingOperation): boolean {
  return scope !== 'public' || records !== undefined;
}
