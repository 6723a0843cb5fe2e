import { Inject, Injectable } from '@nestjs/common';
import { Reader, UnitOfWork } from '#libs/database';
import { LimitReachedError, NotInPlanError } from './entitlements.errors.js';
import { auditDays, type Entitlement, type ExactLimit, type Limit, type PlanTerms } from './terms.js';

/** Name of the provider of the built-in roles that can change what an account may do; refusals name them. */
export const PLAN_ROLES = Symbol('roles that change the plan');

type TermsRow = {
  readonly plan: string;
  readonly plan_version: number;
  readonly entitlements: readonly Entitlement[];
  readonly limits: Readonly<Partial<Record<Limit, number>>>;
};

type UseRow = Readonly<Record<ExactLimit, string>> & Pick<TermsRow, 'limits'>;

const TERMS = 'select t.plan, t.plan_version, t.entitlements, t.limits from account_terms t where t.account_id = $1';

const USE = `select u.seats, u.workspaces, u.documents, u.storage_bytes, coalesce(t.limits, '{}') as limits
  from account_usage u left join account_terms t on t.account_id = u.account_id where u.account_id = $1`;

/** What the account of the context may do, by its plan: the one way to ask. */
@Injectable()
export class Entitlements {
  constructor(
    private readonly reader: Reader,
    private readonly work: UnitOfWork,
    @Inject(PLAN_ROLES) private readonly roles: readonly string[],
  ) {}

  /** The terms of now; null for an account that has none. */
  async terms(): Promise<PlanTerms | null> {
    const [row] = await this.reader.inAccount<TermsRow>(TERMS);
    return row
      ? { plan: row.plan, planVersion: row.plan_version, entitlements: row.entitlements, limits: row.limits }
      : null;
  }

  /** @throws {NotInPlanError} where the plan does not have it. */
  async require(entitlement: Entitlement): Promise<void> {
    const terms = await this.terms();
    if (!terms?.entitlements.includes(entitlement))
      throw new NotInPlanError(entitlement, terms?.plan ?? null, this.roles);
  }

  /** Days that entries of the audit trail are kept where the account does not say less. */
  async auditDays(): Promise<90 | 365> {
    const terms = await this.terms();
    return terms ? auditDays(terms) : 365;
  }

  /**
   * Makes sure that what was just added has room; a step of a unit of work, after the rows were written. Their count was raised
   * in the same statement and is this unit's own until it ends, so that of many that come at once for the last place one gets it.
   *
   * @param added how much more there is than before; what frees something is never refused.
   * @throws {LimitReachedError} which takes the unit back.
   */
  async requireRoom(added: Readonly<Partial<Record<ExactLimit, number>>>): Promise<void> {
    const grown = (Object.entries(added) as [ExactLimit, number][]).filter(([, more]) => more > 0);
    if (!grown.length) return;
    const [row] = await this.work.require().inAccount<UseRow>(USE);
    for (const [limit, more] of grown) {
      const [used, most] = [Number(row?.[limit] ?? 0), row?.limits[limit]];
      if (most !== undefined && used > most)
        throw new LimitReachedError(limit, most, Math.min(used - more, most), this.roles);
    }
  }
}
