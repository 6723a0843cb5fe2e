import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AuditModule, AuditRequestsModule } from '#libs/audit';
import { BillingModule, BillingRequestsModule, RequestQuotaGuard } from '#libs/billing';
import { ContentModule } from '#libs/content';
import { ContextModule, deriveKey, type Environment } from '#libs/context';
import { DatabaseModule, type Databases, Directory, RecorderDatabaseModule } from '#libs/database';
import { EntitlementsModule } from '#libs/entitlements';
import {
  Admission,
  HttpModule,
  StrictInputGuard,
  THROTTLE_LIMITS,
  ThrottleGuard,
  throttling,
  WindowCounter,
} from '#libs/http';
import { ThrottlerModule } from '@nestjs/throttler';
import { IdempotencyModule } from '#libs/idempotency';
import { DirectoryCounter, FreshProofGuard, IdentityModule, withKeys } from '#libs/identity';
import { type StructuredLog, TelemetryModule } from '#libs/telemetry';
import { MailFolder, MailModule } from '#libs/mail';
import { AccessGuard, AccessModule, ReadAuthorizationInterceptor } from '#libs/access';
import { RolesModule, rolesWith } from '#libs/roles';
import { TenantsModule, TenantsRequestsModule } from '#libs/tenants';
import { WorkspacesModule } from '#libs/workspaces';
import { localCredentials } from '#libs/local-payments';
import { DemoSignInController } from './pages/demo-sign-in.controller.js';
import { DevMailController } from './pages/dev-mail.controller.js';
import { HomeController, LocalNotice } from './pages/home.controller.js';
import { ProblemsController } from './pages/problems.controller.js';
import { DATABASES, HealthController } from './health.controller.js';
import { SECURITY_CONTACT, SecurityTxtController } from './pages/security-txt.controller.js';

/** The whole product, wired: every lib, and the guards in the order in which a request meets them. */
@Module({})
export class AppModule {
  /**
   * @param log of the process.
   * @param further modules of others on the same guards and the same databases, from a team that builds on Bulkhead.
   */
  static forRoot(
    environment: Environment,
    databases: Databases,
    log: StructuredLog,
    further: readonly Type[] = [],
  ): DynamicModule {
    const { connections } = databases;
    const { mail, server } = environment;
    const mailFolder = mail.kind === 'folder' && server.kind === 'embedded' ? new MailFolder(mail.folder) : undefined;
    return {
      module: AppModule,
      imports: [
        ContextModule,
        TelemetryModule.forRoot(log, environment.telemetry.tracing, 'api'),
        DatabaseModule.forRoot({ connections, pool: environment.pool }),
        RecorderDatabaseModule.forRoot({ connections, pool: environment.pool }),
        ThrottlerModule.forRootAsync({
          inject: [Directory],
          useFactory: (directory: Directory) =>
            throttling(
              environment.http,
              environment.http.throttleStore === 'postgres' ? new DirectoryCounter(directory) : new WindowCounter(),
            ),
        }),
        MailModule,
        HttpModule.forRoot(deriveKey(connections.secret, 'cursor')),
        IdempotencyModule.forRoot(deriveKey(connections.secret, 'idempotency')),
        EntitlementsModule.forRoot(rolesWith('billing.manage')),
        AuditModule,
        AuditRequestsModule,
        RolesModule,
        AccessModule,
        IdentityModule.forRoot({
          tokens: withKeys(environment.tokens, deriveKey(connections.secret, 'token')),
          sessions: environment.sessions,
          passkeys: environment.passkeys,
          productName: environment.productName,
          challenge: environment.challenge,
          breachedPasswordsUrl: environment.breachedPasswordsUrl,
          signInFreeFailures: environment.signInFreeFailures,
          credentialKey: deriveKey(connections.secret, 'credential'),
        }),
        TenantsModule,
        TenantsRequestsModule,
        WorkspacesModule,
        ContentModule,
        BillingModule.forRoot(environment.billing, localCredentials(connections.secret)),
        BillingRequestsModule,
        ...further,
      ],
      controllers: [
        HealthController,
        HomeController,
        ProblemsController,
        SecurityTxtController,
        ...(mailFolder ? [DevMailController] : []),
        ...(environment.demo.load ? [DemoSignInController] : []),
      ],
      providers: [
        ...(mailFolder ? [{ provide: MailFolder, useValue: mailFolder }] : []),
        { provide: DATABASES, useValue: databases },
        { provide: SECURITY_CONTACT, useValue: environment.securityContact },
        Admission,
        LocalNotice,
        { provide: THROTTLE_LIMITS, useValue: environment.http },
        // Admission has authenticated the request before its body is read. Guards, in this order: rate limit, permission and scope, the
        // plan's request limit, fresh second factor, strict input
        { provide: APP_GUARD, useClass: ThrottleGuard },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: RequestQuotaGuard },
        { provide: APP_GUARD, useClass: FreshProofGuard },
        { provide: APP_GUARD, useClass: StrictInputGuard },
        { provide: APP_INTERCEPTOR, useClass: ReadAuthorizationInterceptor },
      ],
    };
  }
}
