import { Injectable } from '@nestjs/common';
import { AuditTrail, type Change } from '#libs/audit';
import { newId, PreconditionFailedError } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { AlreadySubscribedError, ChangePendingError, NotSubscribedError, PlanUnknownError } from '../billing.errors.js';
import { Clock } from '../clock.js';
import type { Plan } from '../plans/plan.js';
import { PlanCatalogue } from '../plans/plan-catalogue.js';
import type { ChangePreview } from '../providers/payment-provider.port.js';
import { Payments } from '../providers/payments.service.js';
import { PendingChange, SubscriptionEntity } from './subscription.entity.js';
import { Subscriptions, WAITING } from './subscriptions.service.js';
import { CheckoutEntity } from './subscription.entity.js';
import { CHECKOUT, SUBSCRIPTION } from '../billing.acts.js';

/** A plan for so many members. */
export interface Choice {
  readonly plan: string;
  readonly seats: number;
}

/**
 * What members with the permission buy and change. Each command is one transaction that says what is wanted; a worker tells the
 * provider, as often as it takes, so that a provider that does not answer loses nothing.
 */
@Injectable()
export class Purchases {
  constructor(
    private readonly work: UnitOfWork,
    private readonly subscriptions: Subscriptions,
    @InjectRepository(SubscriptionEntity) private readonly rows: ScopedRepository<SubscriptionEntity>,
    @InjectRepository(CheckoutEntity) private readonly checkouts: ScopedRepository<CheckoutEntity>,
    private readonly plans: PlanCatalogue,
    private readonly payments: Payments,
    private readonly clock: Clock,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Begins a purchase.
   *
   * @param email who pays; undefined for whoever asks.
   * @returns its id; where to pay is there once the provider knows of it.
   * @throws {PlanUnknownError} @throws {PlanTooSmallError} @throws {AlreadySubscribedError} @throws {BillingNotConfiguredError}
   * @throws {ChangePendingError} while another purchase waits for the provider.
   */
  async checkOut({ plan: name, seats, email }: Choice & { readonly email?: string }): Promise<string> {
    const { name: provider } = this.payments.current;
    const plan = this.require(name);
    const price = priceOf(plan, provider);
    const id = newId();
    await this.work.run(async () => {
      const row = await this.subscriptions.locked();
      // what goes on at the provider's is changed, or paid, and not bought again
      if (row.reference && row.state !== 'ended') throw new AlreadySubscribedError();
      // one at a time: each is a call to the provider
      if (await this.checkouts.count(WAITING)) throw new ChangePendingError();
      await this.subscriptions.assertHolds(plan, seats);
      await this.subscriptions.agree(provider, price);
      const payer = email ?? (await this.ownAddress());
      const what = { plan: plan.plan, planVersion: plan.version, price, seats };
      await this.checkouts.insert({ id, provider, ...what, email: payer });
      await this.rows.update({}, { dueAt: this.clock.now() });
      await this.trail.record({
        ...CHECKOUT.create,
        resource: { type: 'checkout', id },
        changes: { plan: { to: plan.plan }, seats: { to: seats } },
      });
    });
    return id;
  }

  /**
   * Changes the plan, the seats, or both.
   *
   * @param version of the subscription that the change is of: of two at once the second hears of the first.
   * @throws {PreconditionFailedError} @throws {NotSubscribedError} @throws {ChangePendingError} @throws {PlanUnknownError}
   * @throws {PlanTooSmallError}
   */
  async change(version: number, { plan: name, seats: asked }: Partial<Choice>): Promise<void> {
    await this.work.run(async () => {
      const row = await this.changeable(version);
      const plan = name === undefined ? undefined : this.require(name);
      const price = plan ? priceOf(plan, row.provider) : row.price;
      const seats = asked ?? row.seats ?? 1;
      if (price === row.price && seats === row.seats) return this.work.require().nothingHappened();
      const terms = await this.subscriptions.agree(row.provider, price);
      await this.subscriptions.assertHolds(terms, seats);
      await this.tell(
        row,
        { kind: 'change', price, seats },
        {
          ...(terms.plan !== row.plan && { wanted_plan: { to: terms.plan } }),
          ...(seats !== row.seats && { wanted_seats: { to: seats } }),
        },
      );
    });
  }

  /** Has the subscription end with what is paid for; everything stays as it is until then. @throws as {@link change} */
  async cancel(): Promise<void> {
    await this.work.run(async () => {
      const row = await this.changeable();
      if (row.cancelsAt) return this.work.require().nothingHappened();
      await this.tell(row, { kind: 'cancel' });
    });
  }

  /** Takes a cancellation back while it has not come into effect. @throws as {@link change} */
  async resume(): Promise<void> {
    await this.work.run(async () => {
      const row = await this.changeable();
      if (!row.cancelsAt) return this.work.require().nothingHappened();
      await this.tell(row, { kind: 'resume' });
    });
  }

  /** What a change would cost. @throws as {@link change} */
  async preview({ plan: name, seats: asked }: Partial<Choice>, row: SubscriptionReference): Promise<ChangePreview> {
    const { provider, reference, price, seats } = requireReference(row);
    const plan = name === undefined ? undefined : this.require(name);
    const wanted = { price: plan ? priceOf(plan, provider) : price, seats: asked ?? seats ?? 1 };
    return this.payments.of(provider).preview(reference, wanted);
  }

  private async changeable(version?: number): Promise<SubscriptionEntity & Reference> {
    const row = await this.subscriptions.locked();
    if (version !== undefined && row.version !== version) throw new PreconditionFailedError();
    const bought = { ...row, ...requireReference(row) };
    this.payments.of(bought.provider);
    if (row.pending) throw new ChangePendingError();
    return bought;
  }

  /** Has a worker tell the provider. @param wanted what the entry says of it, beside its kind. */
  private async tell(
    row: SubscriptionEntity,
    change: Omit<PendingChange, 'attempt'>,
    wanted: Record<string, Change> = {},
  ): Promise<void> {
    const now = this.clock.now();
    const pending = { attempt: newId(), ...change };
    await this.rows.updateVersion({}, { pending, pendingSince: now, refused: null, dueAt: now }, row.version);
    await this.trail.record({
      ...SUBSCRIPTION[change.kind],
      resource: { type: 'subscription', id: null },
      changes: { pending: { from: null, to: change.kind }, ...wanted },
    });
  }

  private require(name: string): Plan {
    const plan = this.plans.find(name);
    if (!plan) throw new PlanUnknownError(this.plans.onSale.map((known) => known.plan));
    return plan;
  }

  private async ownAddress(): Promise<string> {
    const unit = this.work.require();
    const [row] = await unit.inAccount<{ email: string }>(
      'select m.email from members m where m.account_id = $1 and m.id = $2',
      unit.requireMemberId(),
    );
    return row?.email ?? '';
  }
}

/** What a subscription is called by its provider; null before anything was bought. */
export type SubscriptionReference = Pick<SubscriptionEntity, 'state' | 'provider' | 'reference' | 'price' | 'seats'>;

interface Reference {
  readonly provider: NonNullable<SubscriptionEntity['provider']>;
  readonly reference: string;
  readonly price: string;
  readonly seats: number | null;
}

/** @throws {NotSubscribedError} where nothing was bought that goes on. */
export function requireReference({ state, provider, reference, price, seats }: SubscriptionReference): Reference {
  if (!provider || !reference || !price || state === 'ended') throw new NotSubscribedError();
  return { provider, reference, price, seats };
}

function priceOf({ plan, references }: Plan, provider: NonNullable<SubscriptionEntity['provider']>): string {
  const price = references[provider];
  if (!price) throw new PlanUnknownError([plan]);
  return price;
}
