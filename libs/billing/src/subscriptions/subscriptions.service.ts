import { Injectable, Logger } from '@nestjs/common';
import { AuditTrail, type Change, changesBetween, type Act } from '#libs/audit';
import { NotFoundError } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { AccountTerms, type PlanTerms, type Terms } from '#libs/entitlements';
import { IsNull, Raw } from 'typeorm';
import { AccountEntity } from '#libs/tenants';
import { PlanTooSmallError, PlanUnknownError, PriceUnknownError } from '../billing.errors.js';
import { Clock } from '../clock.js';
import { Invoices } from '../invoices/invoices.service.js';
import { type ProviderName, termsOf } from '../plans/plan.js';
import { PlanCatalogue } from '../plans/plan-catalogue.js';
import type { ProviderEvent } from '../providers/payment-provider.port.js';
import { beginningOf, readBeginning, termsAt } from './beginning.js';
import {
  fold,
  type Folded,
  readReport,
  type ReportedAt,
  type StoredReport,
  type SubscriptionReport,
  type Transition,
} from './fold.js';
import { LIFE } from './life.js';
import { BillingEventEntity, SubscriptionEntity } from './subscription.entity.js';
import { AgreedTermsEntity } from './subscription.entity.js';
import { CheckoutEntity } from './subscription.entity.js';
import { SUBSCRIPTION } from '../billing.acts.js';

/** What an account's subscription is: how it began, and everything that was reported since, folded into one row. */
@Injectable()
export class Subscriptions {
  private readonly logger = new Logger('billing');

  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(SubscriptionEntity) private readonly rows: ScopedRepository<SubscriptionEntity>,
    @InjectRepository(BillingEventEntity) private readonly events: ScopedRepository<BillingEventEntity>,
    @InjectRepository(AgreedTermsEntity) private readonly agreed: ScopedRepository<AgreedTermsEntity>,
    @InjectRepository(CheckoutEntity) private readonly checkouts: ScopedRepository<CheckoutEntity>,
    @InjectRepository(AccountEntity) private readonly accounts: ScopedRepository<AccountEntity>,
    private readonly terms: AccountTerms,
    private readonly invoices: Invoices,
    private readonly plans: PlanCatalogue,
    private readonly clock: Clock,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Gives the account a plan that it pays nothing for, from now on; for the operator.
   *
   * @param seats members at most; null for as many as the plan holds.
   * @throws {PlanUnknownError}
   */
  async grant(name: string, seats: number | null): Promise<void> {
    const plan = this.plans.find(name);
    if (!plan) throw new PlanUnknownError(this.plans.onSale.map((known) => known.plan));
    await this.work.run(async () => {
      const row = await this.locked();
      const beginning = beginningOf(withSeats(termsOf(plan), seats), this.clock.now(), 'granted');
      const changed = { ...row, beginning, pending: null };
      await this.rows.updateVersion({}, { beginning, pending: null, pendingSince: null });
      await this.follow(changed, { record: true });
    });
  }

  /** Takes in what a provider reports, once; everything that comes of it in one transaction. */
  async take(event: ProviderEvent): Promise<void> {
    await this.work.run(async () => {
      const row = await this.locked();
      const { provider, event: name, occurredAt, rank, subscription, invoice } = event;
      if (await this.events.findOne({ provider, event: name })) return this.work.require().nothingHappened();
      await this.events.insert({ provider, event: name, occurredAt, report: { rank, subscription, invoice } });
      const billed = invoice ? await this.invoices.put(provider, invoice, occurredAt) : false;
      const followed = subscription ? await this.follow(row) : false;
      if (!billed && !followed) this.work.require().nothingHappened();
    });
  }

  /**
   * Lets the deadlines pass that have come.
   *
   * @param look whether a worker has just done what there was to do; else it is doing it, and says itself when it looks again.
   */
  async pass(look: 'done' | 'doing'): Promise<void> {
    await this.work.run(async () => {
      if (!(await this.follow(await this.locked(), { look }))) this.work.require().nothingHappened();
    });
  }

  /** The row, which nobody else changes until the unit ends; a step of a unit of work. */
  async locked(): Promise<SubscriptionEntity> {
    const row = await this.rows.findLocked({});
    if (!row) throw new NotFoundError();
    return row;
  }

  /** What the account's subscription is by everything that is known; a step of a unit of work. */
  async folded(row: SubscriptionEntity): Promise<Folded> {
    const reports = (await this.events.find(OF_SUBSCRIPTIONS)).flatMap(reportedBy);
    return fold(readBeginning(row.beginning), reports, this.clock.now());
  }

  /** Keeps what was agreed for a price, the first time it is asked for; a step of a unit of work. */
  async agree(provider: ProviderName, price: string): Promise<PlanTerms> {
    const known = await this.agreed.findOne({ provider, price });
    if (known) return known;
    const plan = this.plans.ofPrice(provider, price);
    if (!plan) throw new PriceUnknownError(price);
    await this.agreed.insert({ provider, price, ...termsOf(plan) });
    return termsOf(plan);
  }

  /**
   * Makes sure that what is there fits into what is bought, and that the plan holds so many seats; a step of a unit of work.
   *
   * @throws {PlanTooSmallError}
   */
  async assertHolds({ limits }: Pick<Terms, 'limits'>, seats: number): Promise<void> {
    if (limits.seats !== undefined && seats > limits.seats) throw new PlanTooSmallError('seats', limits.seats, seats);
    const over = await this.overflow({ ...limits, seats });
    if (over) throw new PlanTooSmallError(over.limit, over.most, over.used);
  }

  /** The first limit that more is there of than it allows; null where all fits. What is there stays as it is until the unit ends. */
  private async overflow(limits: Terms['limits']): Promise<Overflow | null> {
    const unit = this.work.require();
    const [used] = await unit.inAccount<Record<string, string>>(
      `select u.seats, u.workspaces, u.documents, u.storage_bytes from account_usage u where u.account_id = $1
       for no key update`,
    );
    const all = Object.entries(limits).map(([limit, most]) => ({ limit, most, used: Number(used?.[limit] ?? 0) }));
    return all.find((one) => one.used > one.most) ?? null;
  }

  /** Brings the row, the terms and the account to what the fold says. @returns whether anything changed */
  private async follow(row: SubscriptionEntity, { record = false, look = 'soon' }: Following = {}): Promise<boolean> {
    const folded = await this.folded(row);
    const { state, since, deadlineAt, dataUntil, report } = folded;
    const terms = report ? await this.termsOf(report, row) : termsAt(row.beginning);
    const { plan, planVersion } = terms;
    const after = {
      state,
      since,
      deadlineAt,
      dataUntil,
      plan,
      planVersion,
      seats: terms.limits.seats ?? null,
      provider: report?.provider ?? null,
      reference: report?.reference ?? null,
      price: report?.price ?? null,
      periodEndsAt: report?.periodEndsAt ?? null,
      cancelsAt: report?.cancelsAt ?? null,
    };
    // more than was bought is there: a purchase that was begun before it was there, or a change made at the provider's
    const over = report && !LIFE[state].readOnly ? await this.overflow(terms.limits) : null;
    const readOnly = LIFE[state].readOnly || over !== null;
    const before = (await this.accounts.findOne({}))?.readOnly ?? false;
    const dueAt = look === 'doing' ? row.dueAt : await this.nextLook({ ...row, ...after }, folded, look, over);
    const changes = {
      ...changesBetween(plain({ ...row }), plain(after)),
      // of a change of state it goes without saying
      ...(readOnly !== before && state === row.state && { read_only: { from: before, to: readOnly } }),
      ...(over && !before && { over_limit: { to: over.limit } }),
    };
    if (!Object.keys(changes).length && !record) {
      await this.rows.update({}, { dueAt });
      return false;
    }
    await this.rows.updateVersion({}, { ...after, dueAt });
    await this.terms.put(terms);
    if (readOnly !== before) await this.accounts.update({}, { readOnly });
    await this.recordAll(row, folded, changes);
    return true;
  }

  private async recordAll(row: SubscriptionEntity, folded: Folded, changes: Record<string, Change>): Promise<void> {
    const { state: _, since: __, ...others } = changes;
    const passed = transitionsSince(row, folded);
    for (const { at, from, to, because } of passed)
      await this.record(SUBSCRIPTION.transition, {
        state: { from, to },
        because: { to: because },
        at: { to: at.toISOString() },
      });
    if (Object.keys(others).length || !passed.length) await this.record(SUBSCRIPTION.update, others);
  }

  private record(act: Act, changes: Record<string, Change>): Promise<void> {
    return this.trail.record({ ...act, resource: { type: 'subscription', id: null }, changes });
  }

  /** What was agreed for what is reported. For a price that no plan has it is what was agreed before: the state counts in any case. */
  private async termsOf(report: SubscriptionReport, row: SubscriptionEntity): Promise<PlanTerms> {
    const { provider, price, quantity } = report;
    try {
      const { plan, planVersion, entitlements, limits } = await this.agree(provider, price);
      return withSeats({ plan, planVersion, entitlements, limits }, quantity);
    } catch (error) {
      if (!(error instanceof PriceUnknownError)) throw error;
      this.logger.error({ error, provider, subscription: report.reference, duty: 'billing' });
      return (await this.terms.current()) ?? termsAt(row.beginning);
    }
  }

  /** When a worker looks at the row next: at once where the provider has to be told something. */
  private async nextLook(
    row: Pick<SubscriptionEntity, 'pending' | 'deadlineAt' | 'state' | 'periodEndsAt'>,
    { surplus }: Folded,
    look: 'soon' | 'done',
    over: Overflow | null,
  ): Promise<Date | null> {
    const now = this.clock.now();
    if (row.pending || (await this.checkouts.count(WAITING))) return now;
    const moments = [row.deadlineAt, renewalDue(row)].filter((moment) => moment !== null);
    // what was bought twice and could not be ended is tried again
    if (surplus.length) moments.push(look === 'soon' ? now : hoursAfter(now, 1));
    // whoever frees what is too much waits no longer than that
    if (over) moments.push(new Date(now.getTime() + 60_000));
    if (!moments.length) return null;
    const next = Math.min(...moments.map((moment) => moment.getTime()));
    // what is due already was looked at
    return look === 'done' && next <= now.getTime() ? hoursAfter(now, 24) : new Date(next);
  }
}

/** A limit that more is there of than it allows. */
interface Overflow {
  readonly limit: string;
  readonly most: number;
  readonly used: number;
}

/** How a row is followed. */
interface Following {
  /** Whether there is an entry though nothing has changed. Default false. */
  readonly record?: boolean;
  /** See {@link Subscriptions.pass}. Default: something has come that a worker may have to do at once. */
  readonly look?: 'soon' | 'done' | 'doing';
}

/** When a renewal should have been reported at the latest: a day after the end of what is paid; null where none is awaited. */
export function renewalDue({ state, periodEndsAt }: Pick<SubscriptionEntity, 'state' | 'periodEndsAt'>): Date | null {
  return state === 'active' && periodEndsAt ? hoursAfter(periodEndsAt, 24) : null;
}

function hoursAfter(moment: Date, hours: number): Date {
  return new Date(moment.getTime() + hours * 3_600_000);
}

/** Reports of subscriptions; those of invoices have no part in the fold. */
const OF_SUBSCRIPTIONS = { report: Raw((column) => `${column} -> 'subscription' is not null`) };

/** Purchases that the provider does not know of yet. */
export const WAITING = { openedAt: IsNull(), refused: IsNull() };

function withSeats(terms: PlanTerms, seats: number | null): PlanTerms {
  return seats === null ? terms : { ...terms, limits: { ...terms.limits, seats } };
}

/** A row of the log of reports as the fold takes it. */
function reportedBy({ event, occurredAt, report }: BillingEventEntity): ReportedAt[] {
  const { subscription, rank = 0 } = report as { subscription?: StoredReport; rank?: number };
  return subscription ? [{ event, at: occurredAt, rank, report: readReport(subscription) }] : [];
}

/** Fields as the trail shows them. */
function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}

/** What happened since the row was written; where a late report has changed the past, the step from there to here. */
function transitionsSince(row: SubscriptionEntity, { state, since, transitions }: Folded): readonly Transition[] {
  if (state === row.state && since.getTime() === row.since.getTime()) return [];
  const passed = transitions.filter(({ at }) => at > row.since);
  if (passed[0]?.from === row.state) return passed;
  const because = transitions.at(-1)?.because ?? 'paid';
  return state === row.state ? [] : [{ at: since, from: row.state, to: state, because }];
}
