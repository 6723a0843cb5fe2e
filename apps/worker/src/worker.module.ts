import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule, AuditWorkerModule } from '#libs/audit';
import { BillingModule, BillingWorkerModule } from '#libs/billing';
import { ContentWorkerModule } from '#libs/content';
import { ContextModule, deriveKey, type Environment } from '#libs/context';
import { DatabaseModule, type Databases, WorkerDatabaseModule } from '#libs/database';
import { EntitlementsModule } from '#libs/entitlements';
import { HttpModule } from '#libs/http';
import { JobsModule } from '#libs/jobs';
import { IdentityModule, IdentityWorkerModule, withKeys } from '#libs/identity';
import { MailModule, MailWorkerModule } from '#libs/mail';
import { localCredentials } from '#libs/local-payments';
import { AccessModule } from '#libs/access';
import { RolesModule, rolesWith } from '#libs/roles';
import { type StructuredLog, TelemetryModule } from '#libs/telemetry';
import { TenantsModule, TenantsWorkerModule } from '#libs/tenants';
import { WorkspacesModule } from '#libs/workspaces';

/** What the worker does: it sends mail, copies entries of the trail and deletes those over their time. It answers no request. */
@Module({})
export class WorkerModule {
  static forRoot(
    { pool, mail, tokens, sessions, passkeys, productName, signInFreeFailures, billing, telemetry }: Environment,
    { connections }: Databases,
    log: StructuredLog,
  ): DynamicModule {
    const { secret } = connections;
    return {
      module: WorkerModule,
      imports: [
        ContextModule,
        JobsModule,
        TelemetryModule.forRoot(log, telemetry.tracing, 'worker'),
        DatabaseModule.forRoot({ connections, pool: { ...pool, size: 2 } }),
        WorkerDatabaseModule.forRoot({ connections, pool }),
        MailModule,
        MailWorkerModule.forRoot(mail),
        HttpModule.forRoot(deriveKey(secret, 'cursor')),
        EntitlementsModule.forRoot(rolesWith('billing.manage')),
        AuditModule,
        AuditWorkerModule,
        RolesModule,
        AccessModule,
        IdentityModule.forRoot({
          tokens: withKeys(tokens, deriveKey(secret, 'token')),
          sessions,
          passkeys,
          productName,
          challenge: undefined,
          breachedPasswordsUrl: undefined,
          signInFreeFailures,
          credentialKey: deriveKey(secret, 'credential'),
        }),
        IdentityWorkerModule,
        TenantsModule,
        TenantsWorkerModule,
        WorkspacesModule,
        ContentWorkerModule,
        BillingModule.forRoot(billing, localCredentials(secret)),
        BillingWorkerModule,
      ],
    };
  }
}
