import type { FastifyReply, FastifyRequest } from 'fastify';

/** Finds out who sends a request, before its body is read. */
export abstract class Authenticator {
  /**
   * Checks the token of a request and sets `request.user`.
   *
   * @throws {UnauthenticatedError} where there is none that counts
   */
  abstract authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}
