export type { components, operations, Problem, ProblemCode } from './api.gen.js';
export { type Bulkhead, connect, type ConnectOptions, type Session, StreamEnded } from './bulkhead.js';
export type { SignedIn } from './credential.js';
export { BulkheadError } from './error.js';
export type { StreamEvent } from './event-stream.js';
export type { Answer, Api, Arguments, CallOptions, OperationId } from './types.js';
