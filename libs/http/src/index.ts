export { Admission } from './admission.service.js';
export { answerClientError } from './client-error.js';
export { Authenticator } from './authenticator.port.js';
export { BlockedIps } from './blocked-ips.port.js';
export { configureEdge } from './edge.js';
export { Endpoint, endpointOf, type EndpointOptions, replaysAnswers } from './endpoint.decorator.js';
export { type CamelCased, camelCased } from './camel-case.js';
export {
  Bool,
  ChangesOf,
  Choice,
  DateTime,
  fieldsOf,
  Integer,
  Json,
  Nested,
  Numbers,
  StringArray,
  Text,
  Uuid,
} from './fields.decorator.js';
export {
  BodyTooLargeError,
  type FieldProblem,
  InternalError,
  InvalidCursorError,
  InvalidRequestError,
  PreconditionRequiredError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnsupportedMediaTypeError,
} from './http.errors.js';
export { HttpModule } from './http.module.js';
export { IdempotencyKey, idempotencyKeyOf } from './idempotency-key.decorator.js';
export { type Arrival, isLocal, isLocalArrival } from './local-request.js';
export { type ApiDescription, describeApi } from './openapi/describe-api.js';
export { noteEndpoint, notedEndpoint } from './noted-endpoint.js';
export { originOf } from './origin.js';
export { type Page, PageOf, PageQuery, Pages, type PageStart } from './pages.js';
export { assertPathId, PathId } from './path-id.decorator.js';
export { answerProblem, answerText } from './problem.filter.js';
export { Changes } from './changes.decorator.js';
export { measureRequests } from './request-telemetry.js';
export {
  type ImpliedRefusal,
  isInAccount,
  isRead,
  hasPathParameter,
  type RefusingOperation,
} from './refusals.js';
export { Resource } from './resource.decorator.js';
export { StrictInputGuard } from './strict-input.guard.js';
export { parseStrictJson } from './strict-json.js';
export { THROTTLE_LIMITS, ThrottleGuard, throttling, type ThrottleLimits } from './throttle.guard.js';
export { recordOf, WindowCounter } from './window-counter.js';
export { assertVersion, IfMatch, OptionalIfMatch } from './version.decorator.js';
