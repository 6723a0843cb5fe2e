import { isIP } from 'node:net';
import type { Origin } from '#libs/context';
import type { FastifyRequest } from 'fastify';

const origins = new WeakMap<object, Origin>();

/** Notes where a request comes from as it comes in: once its client has hung up, the socket does not know any more. */
export function noteOrigin({ raw, ip, headers }: FastifyRequest): void {
  origins.set(raw, {
    // no fallback to the socket: behind a trusted proxy its IP is the proxy's, which all clients share
    address: addressIn(ip),
    userAgent: headers['user-agent'] ?? '',
  });
}

/** Where a request came from. @throws {Error} for a request that did not come through the edge */
export function originOf({ raw }: FastifyRequest): Origin {
  const origin = origins.get(raw);
  if (!origin) throw new Error('Where this request came from was not noted; configureEdge() does that.');
  return origin;
}

/** The address that a text is, as PostgreSQL's inet takes it; null for anything else, which a proxy may well have passed on. */
function addressIn(text: string | undefined): string | null {
  // some proxies add a port; an IPv6 zone (fe80::1%eth0) is no part of it; one of IPv4 is one, however it is written
  const bare = text?.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const address = (bare?.split('%', 1)[0] ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return isIP(address) ? address : null;
}

/** The network that is counted as one: an IPv4 address itself, or the first 64 bits of an IPv6 address (RFC 6177). */
export function networkOf(address: string | null): string {
  if (!address?.includes(':')) return address ?? 'unknown';
  const [head = '', tail] = address.split('::');
  const groups = head ? head.split(':') : [];
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail ? tail.split(':').length : 0);
  return [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])].slice(0, 4).join(':');
}
