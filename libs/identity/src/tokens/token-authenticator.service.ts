import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { type Authenticator, UnauthenticatedError } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Checks bearer tokens with Passport's JWT strategy, at the edge and once a request: the body of a request without a valid token
 * is never read. Every reason to refuse gives the same answer.
 *
 * @guard
 */
@Injectable()
export class TokenAuthenticator extends AuthGuard('jwt') implements Authenticator {
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    // all that the guard asks of its context
    const http = { getRequest: () => request, getResponse: () => reply };
    await this.canActivate({ switchToHttp: () => http } as unknown as ExecutionContext);
  }

  override handleRequest<TUser>(error: unknown, user: TUser): TUser {
    if (error || !user) throw new UnauthenticatedError();
    return user;
  }
}
