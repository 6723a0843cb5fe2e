import type { operations } from './api.gen.js';
import type { OPERATIONS } from './operations.gen.js';
import type { StreamEvent } from './event-stream.js';

/** Id of an operation: `documents.list`. */
export type OperationId = keyof typeof OPERATIONS & keyof operations;

type PathOf<Id extends OperationId> = (typeof OPERATIONS)[Id][1];
type FlagsOf<Id extends OperationId> = (typeof OPERATIONS)[Id][2];
type Present<T> = [Exclude<T, undefined>] extends [never]
  ? unknown
  : undefined extends T
    ? Partial<Exclude<T, undefined>>
    : T;
type ParametersOf<Id extends OperationId> = operations[Id]['parameters'];

/** Ids in the path. The workspace that was entered is filled in. */
type PathParameters<Id extends OperationId> =
  ParametersOf<Id> extends { path: infer P }
    ? PathOf<Id> extends `/v1/workspaces/{workspaceId}${string}`
      ? Omit<P, 'workspaceId'> & { readonly workspaceId?: string }
      : P
    : unknown;

type Query<Id extends OperationId> = ParametersOf<Id> extends { query?: infer Q } ? Present<Q> : unknown;

type Body<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: { 'application/json': infer B } };
}
  ? { readonly body: B }
  : unknown;

/** What every call can be told. */
export interface CallOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** Default: the newest version of the object that this client has read; `any` changes whichever there is, where that is allowed. */
  readonly ifMatch?: number | 'any';
  /** Default: a new one for each call, kept over its repetitions. */
  readonly idempotencyKey?: string;
}

/** Ids, query parameters and body of an operation, beside {@link CallOptions}. */
export type Arguments<Id extends OperationId> = PathParameters<Id> & Query<Id> & Body<Id> & CallOptions;

type SuccessOf<Id extends OperationId> = operations[Id]['responses'][keyof operations[Id]['responses']];

/** The answer of an operation: its JSON, a `Response` to be read as it comes where it is of another type, or nothing. */
export type Answer<Id extends OperationId> =
  SuccessOf<Id> extends { content: { 'application/json': infer Json } }
    ? Json
    : FlagsOf<Id> extends `${string}r${string}`
      ? Response
      : undefined;

/** One of the items of a list. */
type ItemOf<Id extends OperationId> =
  Answer<Id> extends { items: (infer Item)[]; next_cursor: string | null } ? Item : never;

type Call<Id extends OperationId, Result> =
  Partial<Arguments<Id>> extends Arguments<Id> ? (given?: Arguments<Id>) => Result : (given: Arguments<Id>) => Result;

/** An operation as a method; of a list also `all`, which goes through its pages. */
export type Method<Id extends OperationId> =
  FlagsOf<Id> extends `${string}s${string}`
    ? Call<Id, AsyncGenerator<StreamEvent, void, undefined>>
    : Call<Id, Promise<Answer<Id>>> &
        ([ItemOf<Id>] extends [never]
          ? unknown
          : { readonly all: Call<Id, AsyncGenerator<ItemOf<Id>, void, undefined>> });

type ResourceOf<Id extends string> = Id extends `${infer Name}.${string}` ? Name : never;

/** Every operation, by resource and name: `api.documents.list({ … })`. */
export type Api = {
  readonly [Name in ResourceOf<OperationId>]: {
    readonly [Id in OperationId as Id extends `${Name}.${infer Verb}` ? Verb : never]: Method<Id>;
  };
};
