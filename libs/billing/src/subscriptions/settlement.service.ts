import { Injectable, Logger } from '@nestjs/common';
import { type AccountPlace, ContextStore, newId } from '#libs/context';
import { UnitOfWork, WorkQueues, InjectRepository, ScopedRepository } from '#libs/database';
import { Duty } from '#libs/jobs';
import {
  BillingEmailTakenError,
  BillingNotConfiguredError,
  PlanTooSmallError,
  ProviderRefusedError,
} from '../billing.errors.js';
import { BILLING_JOB } from '../billing.job.js';
import { Clock } from '../clock.js';
import { BillingReferences } from '../events/billing-references.service.js';
import type { ProviderName } from '../plans/plan.js';
import type { PaymentProvider, SubscriptionState } from '../providers/payment-provider.port.js';
import { Payments } from '../providers/payments.service.js';
import { CheckoutEntity, PendingChange, SubscriptionEntity } from './subscription.entity.js';
import { renewalDue, Subscriptions, WAITING } from './subscriptions.service.js';

const MAX_AT_ONCE = 20;
const LEASE_MS = 60_000;
const AFTER_REPORTS = 9;

/** What the provider is to be told of an account. */
interface Telling {
  readonly row: SubscriptionEntity;
  readonly account: string;
  readonly name: string;
  readonly checkouts: readonly CheckoutEntity[];
  readonly surplus: readonly { readonly provider: ProviderName; readonly reference: string }[];
}

/**
 * Does for accounts what is due: tells the provider what members want, and lets deadlines pass. Each step first looks whether it
 * was done already, so that a worker that dies anywhere leaves nothing that is done twice. No call to the provider is made inside
 * a transaction.
 */
@Injectable()
export class Settlement {
  private readonly logger = new Logger('billing');

  constructor(
    private readonly contexts: ContextStore,
    private readonly queues: WorkQueues,
    private readonly references: BillingReferences,
    private readonly work: UnitOfWork,
    private readonly subscriptions: Subscriptions,
    @InjectRepository(SubscriptionEntity) private readonly rows: ScopedRepository<SubscriptionEntity>,
    @InjectRepository(CheckoutEntity) private readonly checkouts: ScopedRepository<CheckoutEntity>,
    private readonly payments: Payments,
    private readonly clock: Clock,
  ) {}

  /** Goes through every account that something is due in. @returns how many there were */
  @Duty({ name: 'billing' })
  async settleDue(): Promise<number> {
    let seen = 0;
    for (const cell of this.queues.cells) {
      try {
        const due = await this.queues.dueSubscriptions(cell, this.clock.now(), MAX_AT_ONCE);
        seen += due.length;
        // a provider that hangs holds up the accounts that wait for it, and no others
        await Promise.all(due.map((account) => this.settle(account)));
      } catch (error) {
        // the accounts of one cell do not wait for another
        this.logger.warn(`Subscriptions of cell ${cell} could not be looked for: ${error}`);
      }
    }
    return seen;
  }

  /** Does what is due in one account; what the provider does not answer is tried again, later each time. */
  async settle(account: AccountPlace): Promise<void> {
    await this.contexts.runAs({ actor: BILLING_JOB, account }, async () => {
      let telling: Telling | null = null;
      try {
        telling = await this.claim(account);
        if (!telling) return;
        // whatever the provider does
        await this.subscriptions.pass('doing');
        await this.tellAll(telling);
        await this.subscriptions.pass('done');
      } catch (error) {
        this.logger.warn({ error, account_id: account.id, duty: 'billing' });
        // one account's trouble does not keep the others from their turn
        await this.putOff(telling).catch((again: unknown) =>
          this.logger.error({ error: again, account_id: account.id }),
        );
      }
    });
  }

  private async tellAll(telling: Telling): Promise<void> {
    const { row, checkouts, surplus } = telling;
    for (const checkout of checkouts) await this.open(telling, checkout);
    if (row.pending) await this.send(row, row.pending);
    for (const { provider, reference } of surplus) await this.end(provider, reference);
    const due = renewalDue(row);
    // a report was lost, or did not come
    if (row.reference && due && due <= this.clock.now())
      await this.take(await this.payments.of(row.provider).subscription(row.reference), `look:${newId()}`);
  }

  /** Ends what was bought twice. What the provider refuses is for the operator to see, and tried again in an hour. */
  private async end(provider: ProviderName, reference: string): Promise<void> {
    try {
      await this.take(await this.payments.of(provider).cancel(reference), `surplus:${reference}`);
    } catch (error) {
      if (!reasonOf(error)) throw error;
      this.logger.error({ error, provider, subscription: reference, duty: 'billing' });
    }
  }

  /** What is due, with the row put off for a minute, so that no other worker does it as well. */
  private claim(account: AccountPlace): Promise<Telling | null> {
    return this.work.run(async () => {
      const unit = this.work.require();
      unit.nothingHappened();
      const row = await this.subscriptions.locked();
      const now = this.clock.now();
      if (!row.dueAt || row.dueAt > now) return null;
      await this.rows.update({}, { dueAt: new Date(now.getTime() + LEASE_MS) });
      const [{ name } = { name: '' }] = await unit.inAccount<{ name: string }>(
        'select a.name from accounts a where a.account_id = $1',
      );
      const { surplus } = await this.subscriptions.folded(row);
      return { row, account: account.id, name, surplus, checkouts: await this.checkouts.find(WAITING) };
    });
  }

  /** Has the provider know of a purchase. */
  private async open({ row, account, name }: Telling, checkout: CheckoutEntity): Promise<void> {
    const { id, provider, price, seats, email } = checkout;
    try {
      const payments = this.payments.of(provider);
      const customer = await this.customerOf(row, payments, { account, name, email: email ?? '' });
      const { reference, url } = await payments.checkout({ customer, price, seats, purchase: id });
      await this.claimReference(provider, reference, account);
      await this.quietly(async () => {
        await this.checkouts.update({ id }, { reference, url, openedAt: this.clock.now(), email: null });
        await this.rows.update({}, { customer });
      });
    } catch (error) {
      const refused = reasonOf(error);
      if (!refused) throw error;
      await this.quietly(() => this.checkouts.update({ id }, { refused, email: null }));
    }
  }

  /** The provider's customer of the account, who is of no other account: whoever pays sees all that is paid from one address. */
  private async customerOf(
    { customer, provider }: SubscriptionEntity,
    payments: PaymentProvider,
    input: { readonly account: string; readonly name: string; readonly email: string },
  ): Promise<string> {
    if (customer && (provider ?? payments.name) === payments.name) return customer;
    const made = await payments.customer(input);
    await this.claimReference(payments.name, made, input.account);
    return made;
  }

  private async claimReference(provider: ProviderName, reference: string, account: string): Promise<void> {
    if (!(await this.references.claim(provider, reference, account))) throw new BillingEmailTakenError();
  }

  /** Has the provider do what a member wants, unless it has. */
  private async send({ provider, reference }: SubscriptionEntity, pending: PendingChange): Promise<void> {
    try {
      const payments = this.payments.of(provider);
      // what is there can have grown since it was asked for
      if (pending.kind === 'change') await this.quietly(() => this.assertHolds(pending, provider));
      const now = await payments.subscription(reference ?? '');
      await this.take(
        isDone(now, pending) ? now : await this.tell(payments, reference ?? '', pending),
        pending.attempt,
      );
      await this.answered(pending, null);
    } catch (error) {
      const refused = reasonOf(error);
      if (!refused) throw error;
      await this.answered(pending, refused);
    }
  }

  private async assertHolds({ price = '', seats = 1 }: PendingChange, provider: ProviderName | null): Promise<void> {
    if (provider) await this.subscriptions.assertHolds(await this.subscriptions.agree(provider, price), seats);
  }

  private tell(
    payments: PaymentProvider,
    reference: string,
    { kind, price = '', seats = 1, attempt }: PendingChange,
  ): Promise<SubscriptionState> {
    if (kind === 'cancel') return payments.cancel(reference);
    if (kind === 'resume') return payments.resume(reference);
    return payments.change(reference, { price, seats }, attempt);
  }

  /** Takes in what the provider answered, as if it had reported it. */
  private take({ report, at }: SubscriptionState, attempt: string): Promise<void> {
    // what is answered is of after whatever was reported in the same second
    const [event, rank] = [`answer:${attempt}:${at.getTime()}`, AFTER_REPORTS];
    const { provider, reference } = report;
    return this.subscriptions.take({
      provider,
      event,
      rank,
      occurredAt: at,
      refersTo: [reference],
      subscription: report,
    });
  }

  private answered({ attempt }: PendingChange, refused: string | null): Promise<unknown> {
    return this.quietly(async () => {
      const row = await this.subscriptions.locked();
      if (row.pending?.attempt !== attempt) return;
      await this.rows.updateVersion({}, { pending: null, pendingSince: null, refused });
    });
  }

  /** Looks again after half the time that it has waited already: from two seconds on, up to five minutes. */
  private putOff(telling: Telling | null): Promise<unknown> {
    const now = this.clock.now();
    const since = [
      telling?.row.pendingSince ?? null,
      ...(telling?.checkouts ?? []).map(({ createdAt }) => createdAt),
    ].filter((moment) => moment !== null);
    const waited = Math.max(0, ...since.map((moment) => now.getTime() - moment.getTime())) / 2;
    return this.later(Math.min(Math.max(waited, 2_000), 300_000));
  }

  private later(milliseconds: number): Promise<unknown> {
    const dueAt = new Date(this.clock.now().getTime() + milliseconds);
    return this.quietly(() => this.rows.update({}, { dueAt }));
  }

  /** A unit of work of bookkeeping, which leaves no entry: what was done has one. */
  private quietly<T>(work: () => Promise<T>): Promise<T> {
    return this.work.run(async () => {
      this.work.require().nothingHappened();
      return work();
    });
  }
}

/** The provider's code of a refusal; null for whatever may go well another time. */
function reasonOf(error: unknown): string | null {
  if (error instanceof ProviderRefusedError) return error.reason.slice(0, 100);
  const known =
    error instanceof BillingEmailTakenError ||
    error instanceof BillingNotConfiguredError ||
    error instanceof PlanTooSmallError;
  return known ? error.code : null;
}

/** Whether a subscription is as a change wants it: the answer to it was lost. */
function isDone({ report }: SubscriptionState, { kind, price, seats }: PendingChange): boolean {
  if (kind === 'cancel') return report.cancelsAt !== null || report.status === 'canceled';
  if (kind === 'resume') return report.cancelsAt === null && report.status !== 'canceled';
  return report.price === price && report.quantity === seats;
}
