import type { KeyObject } from 'node:crypto';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import type { ChallengeSettings, PasskeySettings, SessionSettings, TokenSettings } from '#libs/context';
import { DatabaseModule, provideRepository, Seeds } from '#libs/database';
import { Authenticator, BlockedIps } from '#libs/http';
import { SignInSessions } from '#libs/access';
import { AccountSessionEntity } from './sessions/account-session.entity.js';
import { AccountSessions, SESSION_SETTINGS } from './sessions/account-sessions.service.js';
import { BrowserSessionsController } from './sessions/browser-sessions.controller.js';
import { BrowserSessions } from './sessions/browser-sessions.service.js';
import { SessionCookies } from './sessions/session-cookie.service.js';
import { MySessionsController } from './sessions/my-sessions.controller.js';
import { PlaceTokens } from './sessions/place-tokens.service.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { Sessions } from './sessions/sessions.service.js';
import { SignIns } from './sessions/sign-ins.service.js';
import { SignOutCarrier } from './sessions/sign-out-carrier.service.js';
import { TokenRenewal } from './sessions/token-renewal.service.js';
import { BotChallenge } from './throttling/bot-challenge.port.js';
import { NoChallenge, TurnstileChallenge } from './throttling/turnstile-challenge.js';
import { PersonLimits } from './throttling/person-limits.service.js';
import { FREE_FAILURES, SignInLimits } from './throttling/sign-in-limits.service.js';
import { AccessTokens, TOKEN_SETTINGS } from './tokens/access-tokens.service.js';
import { JwtStrategy } from './tokens/jwt.strategy.js';
import { TokenAuthenticator } from './tokens/token-authenticator.service.js';
import { CREDENTIAL_KEY, RefreshTokens } from './tokens/refresh-tokens.service.js';
import { FactorMails } from './factors/factor-mails.service.js';
import { FactorsController } from './factors/factors.controller.js';
import { Factors, PRODUCT_NAME } from './factors/factors.service.js';
import { FreshProof } from './factors/fresh-proof.service.js';
import { PasskeySignInsController } from './factors/passkey-sign-ins.controller.js';
import { PASSKEY_SETTINGS, Passkeys } from './factors/passkeys.service.js';
import { StepUp } from './factors/step-up.service.js';
import { PasswordChanges } from './passwords/password-changes.service.js';
import { PasswordMails } from './passwords/password-mails.service.js';
import { BreachedPasswords } from './passwords/breached-passwords.port.js';
import { NoBreachList, PwnedPasswordRanges } from './passwords/pwned-password-ranges.js';
import { PasswordRules } from './passwords/password-rules.service.js';
import { PasswordsController } from './passwords/passwords.controller.js';
import { Passwords } from './passwords/passwords.service.js';
import { SecurityMails } from './users/security-mails.js';
import { Users } from './users/users.service.js';
import { IDENTITY_SEEDS } from './identity.seeds.js';

/** What {@link IdentityModule.forRoot} needs. */
export interface IdentityOptions {
  /** With at least one key. */
  readonly tokens: TokenSettings;
  readonly sessions: SessionSettings;
  readonly passkeys: PasskeySettings;
  /** As authenticator apps and passkeys show it. */
  readonly productName: string;
  /** Undefined for no challenge at sign-up and sign-in. */
  readonly challenge: ChallengeSettings | undefined;
  /** Ranges of stolen passwords; undefined where nobody is asked. */
  readonly breachedPasswordsUrl: string | undefined;
  /** Wrong sign-ins before each further try waits longer. */
  readonly signInFreeFailures: number;
  /** Makes refresh tokens and CSRF tokens; any 32 bytes that all instances share. */
  readonly credentialKey: KeyObject;
}

/** Users, their passwords, sessions and tokens. */
@Global()
@Module({})
@Seeds(...IDENTITY_SEEDS)
export class IdentityModule {
  static forRoot({
    tokens,
    sessions,
    passkeys,
    productName,
    challenge,
    breachedPasswordsUrl,
    signInFreeFailures,
    credentialKey,
  }: IdentityOptions): DynamicModule {
    return {
      module: IdentityModule,
      imports: [PassportModule, DatabaseModule.forFeature([AccountSessionEntity])],
      controllers: [
        MySessionsController,
        SessionsController,
        BrowserSessionsController,
        PasswordsController,
        FactorsController,
        PasskeySignInsController,
      ],
      providers: [
        { provide: TOKEN_SETTINGS, useValue: tokens },
        { provide: SESSION_SETTINGS, useValue: sessions },
        {
          provide: BotChallenge,
          useFactory: () => (challenge ? new TurnstileChallenge(challenge) : new NoChallenge()),
        },
        { provide: FREE_FAILURES, useValue: signInFreeFailures },
        { provide: PASSKEY_SETTINGS, useValue: passkeys },
        { provide: PRODUCT_NAME, useValue: productName },
        { provide: CREDENTIAL_KEY, useValue: credentialKey },
        AccessTokens,
        provideRepository(AccountSessionEntity, 'account'),
        AccountSessions,
        BrowserSessions,
        Factors,
        FreshProof,
        JwtStrategy,
        Passkeys,
        PersonLimits,
        PlaceTokens,
        PasswordChanges,
        {
          provide: BreachedPasswords,
          useFactory: () => (breachedPasswordsUrl ? new PwnedPasswordRanges(breachedPasswordsUrl) : new NoBreachList()),
        },
        PasswordRules,
        Passwords,
        RefreshTokens,
        SessionCookies,
        Sessions,
        SignInLimits,
        SignIns,
        SignOutCarrier,
        StepUp,
        TokenRenewal,
        Users,
        { provide: SignInSessions, useExisting: Sessions },
        TokenAuthenticator,
        { provide: Authenticator, useExisting: TokenAuthenticator },
        { provide: BlockedIps, useExisting: SignInLimits },
      ],
      exports: [
        AccessTokens,
        AccountSessions,
        Authenticator,
        BlockedIps,
        BotChallenge,
        Factors,
        FreshProof,
        Passkeys,
        PersonLimits,
        Users,
        SignInSessions,
        Sessions,
        SignIns,
        SignInLimits,
        SignOutCarrier,
      ],
    };
  }
}

/** The mails of identity; in the worker, beside {@link IdentityModule}. */
@Module({ providers: [FactorMails, PasswordMails, SecurityMails] })
export class IdentityWorkerModule {}
