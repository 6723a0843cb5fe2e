import { Injectable, Logger } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { WorkerDirectory } from '#libs/database';
import { Duty } from '#libs/jobs';
import { Metrics } from '#libs/telemetry';
import { BILLING_JOB } from '../billing.job.js';
import type { ProviderName } from '../plans/plan.js';
import { BillingReferences } from './billing-references.service.js';
import type { InvoiceReport, ProviderEvent } from '../providers/payment-provider.port.js';
import { readReport, type StoredReport } from '../subscriptions/fold.js';
import { Subscriptions } from '../subscriptions/subscriptions.service.js';

const MAX_AT_ONCE = 50;
/** A worker that died with a report in hand has it taken over after so long. */
const LEASE_SECONDS = 60;
/** Seconds until the next try, by how many there were; after the last it is given up, and kept. */
const AGAIN_AFTER = [2, 10, 60, 300, 1_800, 7_200, 21_600];

interface KeptEvent {
  readonly provider: ProviderName;
  readonly event: string;
  readonly occurred_at: Date;
  readonly refers_to: readonly string[];
  readonly report: {
    readonly rank?: number;
    readonly subscription?: StoredReport;
    readonly invoice?: Omit<InvoiceReport, 'billedAt'> & { readonly billedAt: string };
  };
}

interface ClaimedEvent extends KeptEvent {
  readonly attempts: number;
  readonly account_id: string | null;
  readonly cell: string | null;
}

/** Nobody's: the report is of a subscription that no account of this installation has begun. */
class UnclaimedError extends Error {
  constructor(references: readonly string[]) {
    super(`No account has begun ${references.join(' or ')}.`);
  }
}

/** Another account has the reference. It is never taken from a report, so that this is the provider's mistake or worse. */
class ForeignReferenceError extends Error {
  constructor(reference: string) {
    super(`${reference} is another account's.`);
  }
}

/** Applies what providers reported, in the account that it is about; what cannot be applied is kept for the operator to see. */
@Injectable()
export class EventApplication {
  private readonly logger = new Logger('billing');

  constructor(
    private readonly directory: WorkerDirectory,
    private readonly contexts: ContextStore,
    private readonly references: BillingReferences,
    private readonly subscriptions: Subscriptions,
    private readonly metrics: Metrics,
  ) {}

  /** Applies what waits. @returns how many there were */
  @Duty({ name: 'billing events' })
  async applyDue(): Promise<number> {
    const claimed = await this.directory.call('claim_billing_events', {
      most: MAX_AT_ONCE,
      leaseSeconds: LEASE_SECONDS,
    });
    for (const event of claimed) await this.tryToApply(event as ClaimedEvent);
    return claimed.length;
  }

  /** Counts the reports that were given up. @returns 0: there is never more to do */
  @Duty({ name: 'dead billing events', everySeconds: 60 })
  async countDead(): Promise<number> {
    this.metrics.deadEvents.set(await this.directory.call('count_dead_billing_events'));
    return 0;
  }

  private async tryToApply(claimed: ClaimedEvent): Promise<void> {
    const { provider, event, attempts } = claimed;
    try {
      await this.apply(claimed);
      await this.directory.call('billing_event_applied', { ofProvider: provider, eventName: event });
    } catch (error) {
      const hopeless = error instanceof ForeignReferenceError;
      const again = hopeless ? null : (AGAIN_AFTER[attempts - 1] ?? null);
      this.logger.warn({ error, provider, event, again, duty: 'billing events' });
      await this.directory.call('billing_event_failed', {
        ofProvider: provider,
        eventName: event,
        why: (error as Error).message,
        againIn: again,
      });
    }
  }

  private async apply({ account_id: id, cell, ...claimed }: ClaimedEvent): Promise<void> {
    if (!id || !cell) throw new UnclaimedError(claimed.refers_to);
    const event = readEvent(claimed);
    // what came by its purchase is known by itself from now on
    for (const reference of [event.subscription?.reference, event.invoice?.subscription])
      if (reference && !(await this.references.claim(claimed.provider, reference, id)))
        throw new ForeignReferenceError(reference);
    await this.contexts.runAs({ actor: BILLING_JOB, account: { id, cell } }, () => this.subscriptions.take(event));
  }
}

function readEvent({ provider, event, occurred_at, refers_to, report }: KeptEvent): ProviderEvent {
  const { rank, subscription, invoice } = report;
  return {
    provider,
    event,
    occurredAt: occurred_at,
    refersTo: refers_to,
    ...(rank !== undefined && { rank }),
    ...(subscription && { subscription: readReport(subscription) }),
    ...(invoice && { invoice: { ...invoice, billedAt: new Date(invoice.billedAt) } }),
  };
}
