import { Inject, Injectable } from '@nestjs/common';
import { Directory, InjectRepository, ScopedRepository } from '#libs/database';
import { AccountTerms } from '#libs/entitlements';
import { Subscribing, type SubscriptionStart } from '#libs/tenants';
import { AccountEntity } from '#libs/tenants';
import { Clock } from '../clock.js';
import { termsOf } from '../plans/plan.js';
import { PlanCatalogue } from '../plans/plan-catalogue.js';
import { beginningOf, readBeginning } from './beginning.js';
import { fold } from './fold.js';
import { LIFE } from './life.js';
import { SubscriptionEntity } from './subscription.entity.js';

/** Whether this installation takes payments; where it does not, every account is granted the largest plan. */
export const TAKES_PAYMENTS = Symbol('whether payments are taken');

/** Gives new accounts their subscriptions. */
@Injectable()
export class FirstSubscriptions extends Subscribing {
  constructor(
    private readonly directory: Directory,
    @InjectRepository(SubscriptionEntity) private readonly rows: ScopedRepository<SubscriptionEntity>,
    @InjectRepository(AccountEntity) private readonly accounts: ScopedRepository<AccountEntity>,
    private readonly terms: AccountTerms,
    private readonly plans: PlanCatalogue,
    private readonly clock: Clock,
    @Inject(TAKES_PAYMENTS) private readonly takesPayments: boolean,
  ) {
    super();
  }

  override async claimStart(userId: string, accountId: string): Promise<SubscriptionStart> {
    if (!this.takesPayments) return 'granted';
    const isTheirs = await this.directory.call('claim_trial', { ofUser: userId, forAccount: accountId });
    return isTheirs ? 'trial' : 'unpaid';
  }

  override async startOf(): Promise<SubscriptionStart | null> {
    return (await this.rows.findOne({}))?.beginning.kind ?? null;
  }

  override async begin(start: SubscriptionStart): Promise<void> {
    const at = this.clock.now();
    const plan = start === 'granted' ? this.plans.largest : this.plans.onTrial;
    const beginning = beginningOf(termsOf(plan), at, start);
    const { state, since, deadlineAt } = fold(readBeginning(beginning), [], at);
    const { plan: name, planVersion } = termsOf(plan);
    const times = { since, deadlineAt, dueAt: deadlineAt };
    await this.rows.insert({ state, ...times, beginning, plan: name, planVersion, seats: plan.limits.seats ?? null });
    await this.terms.put(termsOf(plan));
    if (LIFE[state].readOnly) await this.accounts.update({}, { readOnly: true });
  }
}
