import { Injectable } from '@nestjs/common';
import { InjectRepository, ScopedRepository } from '#libs/database';
import { auditDays, type PlanTerms } from './terms.js';
import { AccountTermsEntity } from './account-terms.entity.js';
import { AuditPromiseEntity } from './account-terms.entity.js';

/** Says what an account may do. Written by whoever knows what the account has bought. */
@Injectable()
export class AccountTerms {
  constructor(
    @InjectRepository(AccountTermsEntity) private readonly rows: ScopedRepository<AccountTermsEntity>,
    @InjectRepository(AuditPromiseEntity) private readonly promises: ScopedRepository<AuditPromiseEntity>,
  ) {}

  /** The terms of now; null for an account that has none. A step of a unit of work. */
  current(): Promise<PlanTerms | null> {
    return this.rows.findOne({});
  }

  /**
   * Puts terms in the place of those before; a step of a unit of work. What was promised under the old ones for what is there
   * already stays promised.
   */
  async put({ plan, planVersion, entitlements, limits }: PlanTerms): Promise<void> {
    const before = await this.rows.findOne({});
    const terms = { plan, planVersion, entitlements, limits, updatedAt: () => 'now()' };
    if (!before) return this.rows.insert(terms);
    await this.rows.update({}, terms);
    const days = auditDays(before);
    if (days > auditDays({ entitlements })) await this.promises.insert({ recordedBefore: () => 'now()', days });
  }
}
