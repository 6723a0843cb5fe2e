import type { FastifyRequest } from 'fastify';
import type { EndpointOptions } from './endpoint.decorator.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the endpoint of the route declares; see the decorator `Endpoint`. */
    readonly endpoint?: EndpointOptions;
  }
}

/** The endpoint that a request has been routed to; undefined for a path that no controller answers. */
export function endpointOfRoute({ routeOptions }: FastifyRequest): EndpointOptions | undefined {
  return routeOptions.config.endpoint;
}
