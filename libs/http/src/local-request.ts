import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { originOf } from './origin.js';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const FORWARDING = /^(forwarded|via|x-real-ip|x-forwarded-.*|cf-connecting-ip|true-client-ip)$/;

/** What of a request tells where it comes from. */
export interface Arrival {
  /** IP of the other end of the connection. */
  readonly ip: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
}

/**
 * Whether a request was made on this machine, for this machine: from a loopback IP, not through a proxy, and to a Host that is
 * a loopback name, so that no page of another site whose name resolves to 127.0.0.1 can read the answer (DNS rebinding); nor
 * sent by a page of another site.
 */
export function isLocalArrival({ ip, headers }: Arrival): boolean {
  if (!ip || !LOOPBACK.test(ip) || Object.keys(headers).some((name) => FORWARDING.test(name))) return false;
  const { host } = headers;
  if (typeof host !== 'string') return false;
  return isLoopbackName(host.replace(/:\d+$/, '')) && isLocalOrigin(headers['origin']);
}

/** A page of another site can send a form here, which no CORS rule keeps it from; its browser says where it comes from. */
function isLocalOrigin(origin: unknown): boolean {
  if (origin === undefined) return true;
  return typeof origin === 'string' && URL.canParse(origin) && isLoopbackName(new URL(origin).hostname);
}

function isLoopbackName(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return bare === 'localhost' || (isIP(bare) !== 0 && LOOPBACK.test(bare));
}

/** {@link isLocalArrival} of a request of the API. */
export function isLocal(request: FastifyRequest): boolean {
  return isLocalArrival({ ip: originOf(request).address, headers: request.headers });
}
