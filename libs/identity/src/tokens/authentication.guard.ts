import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { endpointOf, UnauthenticatedError } from '#libs/http';

/** Requires a valid bearer token on every endpoint that is not public; every reason to refuse gives the same answer. */
@Injectable()
export class AuthenticationGuard extends AuthGuard('jwt') {
  override canActivate(context: ExecutionContext) {
    return endpointOf(context.getHandler())?.scope === 'public' || super.canActivate(context);
  }

  override handleRequest<TUser>(error: unknown, user: TUser): TUser {
    if (error || !user) throw new UnauthenticatedError();
    return user;
  }
}
