import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiExtension, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { Demand } from '#libs/context';

/** How far an endpoint reaches: what the access guard establishes before it runs. */
export type EndpointScope = 'public' | 'user' | 'account' | 'workspace';

/** What every endpoint declares about itself. `archivedAllowed` and `locks` go into its demand as they are. */
export interface EndpointOptions extends Pick<Demand, 'archivedAllowed' | 'locks'> {
  readonly summary: string;
  readonly scope: EndpointScope;
  /** The permission a member needs; for scopes account and workspace always. */
  readonly permission?: string;
  /** Why an endpoint is public; for scope public always. */
  readonly reason?: string;
  /**
   * Category and action of the entry that it leaves in the trail, for example `['content', 'document.read']`; for whatever
   * reaches into an account, and for every command. Default none.
   */
  readonly records?: readonly [category: string, action: string];
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

/**
 * Declares an endpoint: who may call it and what it answers. The access guard obeys it, the OpenAPI document shows it, and
 * an application with an endpoint that lacks it does not start.
 */
export function Endpoint(options: EndpointOptions): MethodDecorator & ClassDecorator {
  const status = options.status ?? (options.returns || options.streams ? 200 : 204);
  return applyDecorators(
    SetMetadata(ENDPOINT, options),
    RouteConfig({ endpoint: options }),
    HttpCode(status),
    ApiOperation({ summary: options.summary, ...withoutKey(options) }),
    ApiExtension('x-scope', options.scope),
    ...(options.permission ? [ApiExtension('x-permission', options.permission)] : []),
    ...(options.reason ? [ApiExtension('x-reason', options.reason)] : []),
    ...(options.whileReadOnly ? [ApiExtension('x-while-read-only', true)] : []),
    ...(options.freshFactor ? [ApiExtension('x-fresh-factor', true)] : []),
    ...(options.idempotency === 'handled' ? [ApiExtension('x-idempotency-key', true)] : []),
    ...(options.records ? [ApiExtension('x-records', options.records.join(' '))] : []),
    ApiResponse({
      status,
      description: options.returns || options.streams ? 'Success' : 'Done',
      ...(options.returns && { type: options.returns }),
      ...(options.streams && {
        content: Object.fromEntries(options.streams.map((type) => [type, { schema: { type: 'string' } }])),
      }),
    }),
    ...(options.scope === 'public' ? [] : [ApiBearerAuth()]),
    ...(options.conditional
      ? [
          ApiHeader({
            name: 'If-Match',
            required: options.conditional === true,
            description: 'The ETag of your last read; another version is refused with 412',
          }),
        ]
      : []),
  );
}

function withoutKey({ idempotency }: EndpointOptions): { description?: string } {
  return typeof idempotency === 'object' ? { description: `Takes no Idempotency-Key. ${idempotency.none}` } : {};
}

/** Whether the interceptor, not the handler, honours `Idempotency-Key`: true for every POST in an account or workspace. */
export function replaysAnswers(method: string, scope: EndpointScope | undefined): boolean {
  return method.toUpperCase() === 'POST' && (scope === 'account' || scope === 'workspace');
}

/** What an endpoint's handler declared; undefined where it declared nothing. */
export function endpointOf(handler: object): EndpointOptions | undefined {
  return Reflect.getMetadata(ENDPOINT, handler);
}
