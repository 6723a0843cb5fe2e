import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';
import type { Entitlement, Limit } from './terms.js';

@Entity({ name: 'account_terms' })
export class AccountTermsEntity extends TableRow('account_terms') {
  declare entitlements: readonly Entitlement[];
  declare limits: Readonly<Partial<Record<Limit, number>>>;
}

@Entity({ name: 'audit_promises' })
export class AuditPromiseEntity extends TableRow('audit_promises') {}
