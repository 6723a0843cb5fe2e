import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DatabaseModule, provideRepository } from '#libs/database';
import { AccountTermsEntity, AuditPromiseEntity } from './account-terms.entity.js';
import { AccountTerms } from './account-terms.service.js';
import { Entitlements, PLAN_ROLES } from './entitlements.service.js';

/** What accounts may do, for every module that asks before it does something. */
@Global()
@Module({})
export class EntitlementsModule {
  /** @param roles the built-in roles that can change the plan of an account. */
  static forRoot(roles: readonly string[]): DynamicModule {
    return {
      module: EntitlementsModule,
      imports: [DatabaseModule.forFeature([AccountTermsEntity, AuditPromiseEntity])],
      providers: [
        { provide: PLAN_ROLES, useValue: roles },
        AccountTerms,
        provideRepository(AccountTermsEntity, 'account'),
        provideRepository(AuditPromiseEntity, 'account'),
        Entitlements,
      ],
      exports: [AccountTerms, Entitlements, PLAN_ROLES],
    };
  }
}
