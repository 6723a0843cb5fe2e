import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { UnauthenticatedError } from '#libs/http';
import type { Principal } from '#libs/access';

/** What the token of the request says, for operations that give out another one for the same place. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { user } = context.switchToHttp().getRequest<{ readonly user?: Principal }>();
  if (!user) throw new UnauthenticatedError();
  return user;
});
