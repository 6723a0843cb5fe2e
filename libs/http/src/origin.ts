import type { Origin } from '#libs/context';
import type { FastifyRequest } from 'fastify';

const origins = new WeakMap<object, Origin>();

/** Notes where a request comes from as it comes in: once its client has hung up, the socket does not know any more. */
export function noteOrigin({ raw, ip, headers }: FastifyRequest): void {
  // an IPv6 zone (fe80::1%eth0) is no part of the address for PostgreSQL's inet; one of IPv4 is one, however it is written
  origins.set(raw, {
    address: ip?.replace(/%.*$|^::ffff:(?=\d+\.)/g, '') ?? null,
    userAgent: headers['user-agent'] ?? '',
  });
}

/** Where a request came from. @throws {Error} for a request that did not come through the edge */
export function originOf({ raw }: FastifyRequest): Origin {
  const origin = origins.get(raw);
  if (!origin) throw new Error('Where this request came from was not noted; configureEdge() does that.');
  return origin;
}
