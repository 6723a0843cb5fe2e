import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import type { TokenSettings } from '#libs/context';
import { DatabaseModule } from '#libs/database';
import { SignInSessions } from '#libs/roles';
import { AccessTokens, TOKEN_SETTINGS } from './access-tokens.service.js';
import { AccountSessionEntity } from './account-session.entity.js';
import { AccountSessionRepository } from './account-session.repository.js';
import { AccountSessions } from './account-sessions.service.js';
import { JwtStrategy } from './jwt.strategy.js';
import { Passwords } from './passwords.service.js';
import { SessionsController } from './sessions.controller.js';
import { Sessions } from './sessions.service.js';
import { SignOutCarrier } from './sign-out-carrier.service.js';
import { Users } from './users.service.js';

/** Users, their passwords, sessions and access tokens. */
@Global()
@Module({})
export class IdentityModule {
  static forRoot(settings: TokenSettings): DynamicModule {
    return {
      module: IdentityModule,
      imports: [PassportModule, DatabaseModule.forFeature([AccountSessionEntity])],
      controllers: [SessionsController],
      providers: [
        { provide: TOKEN_SETTINGS, useValue: settings },
        AccessTokens,
        AccountSessionRepository,
        AccountSessions,
        JwtStrategy,
        Passwords,
        Sessions,
        SignOutCarrier,
        Users,
        { provide: SignInSessions, useExisting: Sessions },
      ],
      exports: [AccessTokens, AccountSessions, Users, SignInSessions],
    };
  }
}
