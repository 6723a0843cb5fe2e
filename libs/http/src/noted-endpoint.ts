import type { FastifyRequest } from 'fastify';
import type { EndpointOptions } from './endpoint.decorator.js';

const noted = new WeakMap<object, EndpointOptions>();

/** Notes which endpoint a request has reached, for what looks at its answer from outside. */
export function noteEndpoint({ raw }: FastifyRequest, endpoint: EndpointOptions): void {
  noted.set(raw, endpoint);
}

/** The endpoint that a request has reached; undefined where it was refused before. */
export function notedEndpoint({ raw }: FastifyRequest): EndpointOptions | undefined {
  return noted.get(raw);
}
