import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { newId } from '#libs/context';
import { InjectRepository, ScopedRepository } from '#libs/database';
import type { ProviderName } from '../plans/plan.js';
import type { InvoiceReport } from '../providers/payment-provider.port.js';
import { InvoiceEntity } from './invoice.entity.js';
import { INVOICE } from '../billing.acts.js';

/** What was billed, as the provider reports it. */
@Injectable()
export class Invoices {
  constructor(
    @InjectRepository(InvoiceEntity) private readonly rows: ScopedRepository<InvoiceEntity>,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Keeps what a provider says of an invoice, unless it said something newer before; a step of a unit of work.
   *
   * @returns whether it was kept, with an entry.
   */
  async put(provider: ProviderName, invoice: InvoiceReport, at: Date): Promise<boolean> {
    const { reference, number, status, amount, currency, billedAt } = invoice;
    const fields = { number, status, amount: String(amount), currency, billedAt, reportedAt: at };
    const known = await this.rows.findLocked({ provider, reference });
    if (known && known.reportedAt >= at) return false;
    const id = known?.id ?? newId();
    if (known) await this.rows.update({ id }, fields);
    else await this.rows.insert({ id, provider, reference, ...fields });
    await this.trail.record({
      ...(known ? INVOICE.update : INVOICE.create),
      resource: { type: 'invoice', id },
      changes: {
        status: { ...(known && { from: known.status }), to: status },
        amount: { to: amount },
        currency: { to: currency },
      },
    });
    return true;
  }
}
