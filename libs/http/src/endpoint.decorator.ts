import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { Demand, ErrorKind } from '#libs/context';

/** How far an endpoint reaches: what the access guard establishes before it runs. */
export type EndpointScope = 'public' | 'user' | 'account' | 'workspace';

/** A header that an endpoint takes. */
export interface EndpointHeader {
  readonly name: string;
  readonly description: string;
}

/** An act by its names in the audit trail. */
interface RecordedAct {
  /** One of the closed set of `libs/audit`. */
  readonly category: string;
  /** `<noun>.<verb>`, for example `document.read`. */
  readonly action: string;
}

/** What every endpoint declares about itself. `archivedAllowed` and `locks` go into its demand as they are. */
export interface EndpointOptions extends Pick<Demand, 'archivedAllowed' | 'locks'> {
  /** What it does, in a few words, as an imperative: `Change a document`. */
  readonly summary: string;
  readonly scope: EndpointScope;
  /** The permission a member needs; for scopes account and workspace always. */
  readonly permission?: string;
  /** Why an endpoint is public; for scope public always. */
  readonly reason?: string;
  /**
   * The entry that it leaves in the trail, for example `DOCUMENT.read`; for whatever reaches into an account, and for every command.
   * Default none.
   */
  readonly records?: RecordedAct;
  /**
   * The command is taken while the account can only be read, because it pays, takes access away or is about the person's own
   * session. Default false.
   */
  readonly whileReadOnly?: boolean;
  /** A person who has a second factor has to have used it within ten minutes; `FreshProofGuard` looks whether they have one. Default false. */
  readonly freshFactor?: boolean;
  /**
   * The handler reads rows of a workspace first and changes nothing: its authorization is looked up in the round trip of that read.
   * Its context has no access in it. Default false.
   */
  readonly authorizedWithRead?: boolean;
  /**
   * What its requests without a token count against: `public` with all others of the same IP, `webhooks` on their own,
   * `unlimited` not at all. Default `public`.
   */
  readonly rate?: 'public' | 'webhooks' | 'unlimited';
  /** Largest body in bytes; default 32 kB for scope public, else the installation's limit. */
  readonly bodyLimit?: number;
  /** The answer is the same for everybody and may be kept by caches. Default false: `Cache-Control: no-store`. */
  readonly cacheable?: boolean;
  /** Media types of an answer that is sent as it comes. Default none. */
  readonly streams?: readonly string[];
  /** Errors of its own that it answers with, beyond those that guards, input, database and headers imply. Default none. */
  readonly refuses?: readonly ErrorKind[];
  /** Headers of its own that a client may send. Default none. */
  readonly headers?: readonly EndpointHeader[];
  /** For scope public: the cookie of a browser is its credential, alone or with its CSRF token. Default none. */
  readonly cookie?: 'alone' | 'with CSRF token';
  /** The answer sets, replaces or clears the cookie of a browser. Default false. */
  readonly setsCookie?: boolean;
  /** Class of the answer; none for 204. */
  readonly returns?: Type;
  /** Status of success; default 200, or 204 without `returns`. */
  readonly status?: 200 | 201 | 202 | 204;
  /**
   * Required for a POST of scope public or user: `handled` if the handler honours `Idempotency-Key` itself, or the reason why it takes
   * none, a sentence for the OpenAPI document. Omit it in an account, where every POST honours the key.
   */
  readonly idempotency?: 'handled' | { readonly none: string };
  /** Whether the change needs `If-Match` (`true`), or heeds it where it comes (`optional`). Default false. */
  readonly conditional?: boolean | 'optional';
}

const ENDPOINT = 'bulkhead:endpoint';
/** Extension of an operation by which {@link declarationOf} finds its declaration; not part of the finished document. */
export const DECLARATION = 'x-declaration';

const declarations: EndpointOptions[] = [];

/**
 * Declares an endpoint: who may call it and what it answers. The access guard obeys it, the OpenAPI document shows it, and
 * an application with an endpoint that lacks it does not start.
 */
export function Endpoint(options: EndpointOptions): MethodDecorator & ClassDecorator {
  const status = options.status ?? (options.returns || options.streams ? 200 : 204);
  declarations.push(options);
  return applyDecorators(
    SetMetadata(ENDPOINT, options),
    RouteConfig({ endpoint: options }),
    HttpCode(status),
    ApiOperation({ summary: options.summary }),
    ApiExtension(DECLARATION, declarations.length - 1),
    ApiResponse({
      status,
      description: options.returns || options.streams ? 'Success' : 'Done',
      ...(options.returns && { type: options.returns }),
      ...(options.streams && {
        content: Object.fromEntries(options.streams.map((type) => [type, { schema: { type: 'string' } }])),
      }),
    }),
  );
}

/** Returns the declaration that an operation of Nest's document names by {@link DECLARATION}. @throws {Error} where it names none */
export function declarationOf(number: unknown, operation: string): EndpointOptions {
  const found = declarations[Number(number)];
  if (!found) throw new Error(`${operation} has no @Endpoint. Declare its scope and permission there.`);
  return found;
}

/** Returns whether the interceptor, not the handler, honours `Idempotency-Key`: true for every POST in an account or workspace. */
export function replaysAnswers(method: string, scope: EndpointScope | undefined): boolean {
  return method.toUpperCase() === 'POST' && (scope === 'account' || scope === 'workspace');
}

/** Returns what the handler of an endpoint declares; undefined if nothing. */
export function endpointOf(handler: object): EndpointOptions | undefined {
  return Reflect.getMetadata(ENDPOINT, handler);
}
