import { Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail } from '#libs/audit';
import { NotFoundError } from '#libs/context';
import { Directory } from '#libs/database';
import { BillingNotConfiguredError } from '../billing.errors.js';
import type { ProviderName } from '../plans/plan.js';
import type { PaymentProvider } from '../providers/payment-provider.port.js';
import { Payments } from '../providers/payments.service.js';
import { WEBHOOK } from '../billing.acts.js';

/**
 * Takes in what providers report: looks whose signature it has, and keeps it, once. A worker applies it; a provider hears at
 * once that we have it, whatever the account's cell does.
 */
@Injectable()
export class ReceivedEvents {
  constructor(
    private readonly directory: Directory,
    private readonly payments: Payments,
    private readonly trail: PlatformTrail,
  ) {}

  /** @throws {WebhookRefusedError} @throws {NotFoundError} where this installation has nothing to do with the provider */
  async receive(
    name: ProviderName,
    body: Buffer,
    headers: Readonly<Record<string, string | undefined>>,
    source: EventSource,
  ): Promise<void> {
    const event = await this.known(name).read(body, headers);
    if (!event) return;
    const { provider, event: id, occurredAt, rank, refersTo, subscription, invoice } = event;
    const isNew = await this.directory.call('receive_billing_event', {
      ofProvider: provider,
      eventName: id,
      happenedAt: occurredAt,
      refers: refersTo,
      content: { rank, subscription, invoice },
    });
    if (!isNew) return;
    const details = { provider, event: id };
    const act = { ...WEBHOOK.receive, actor: 'unknown', byThem: false, details } as const;
    await this.trail.record(act, source);
  }

  private known(name: ProviderName): PaymentProvider {
    try {
      return this.payments.of(name);
    } catch (error) {
      if (error instanceof BillingNotConfiguredError) throw new NotFoundError();
      throw error;
    }
  }
}
