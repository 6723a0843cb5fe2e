import { Controller, Get, Query } from '@nestjs/common';
import {
  Choice,
  Endpoint,
  Moment,
  type Page,
  PageOf,
  PageQuery,
  Pages,
  PathId,
  Text,
  Uuid,
  Whole,
  Resource,
} from '#libs/http';
import { Payments } from '../providers/payments.service.js';
import { InvoicesReadModel } from './invoices.read-model.js';
import { BillingNotConfiguredError, ProviderRefusedError, ProviderUnavailableError } from '../billing.errors.js';

export class InvoiceView {
  @Uuid()
  id!: string;
  @Text({ max: 100, nullable: true, description: 'Its number at the provider of payments' })
  number!: string | null;
  @Choice(['open', 'paid', 'past_due', 'cancelled'])
  status!: string;
  @Whole({
    min: -Number.MAX_SAFE_INTEGER,
    max: Number.MAX_SAFE_INTEGER,
    description: 'In the smallest unit of the currency; below 0 for what was credited',
  })
  amount!: number;
  @Text({ max: 3, description: 'ISO 4217' })
  currency!: string;
  @Moment()
  billed_at!: string;
}

class InvoiceDocumentView {
  @Uuid()
  invoice_id!: string;
  @Text({ max: 2000, description: 'Good for some minutes, for whoever has it' })
  url!: string;
}

@Resource('invoices', 'The invoices of the account.')
@Controller('v1/account/invoices')
export class InvoicesController {
  constructor(
    private readonly reads: InvoicesReadModel,
    private readonly payments: Payments,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List what was billed',
    scope: 'account',
    records: ['billing', 'invoice.list'],
    permission: 'billing.read',
    returns: PageOf(InvoiceView),
  })
  async list(@Query() query: PageQuery): Promise<Page<InvoiceView>> {
    const start = this.pages.start('invoices', query);
    return this.pages.page('invoices', start, await this.reads.list(start));
  }

  @Get(':invoiceId')
  @Endpoint({
    summary: 'Show an invoice',
    scope: 'account',
    records: ['billing', 'invoice.read'],
    permission: 'billing.read',
    returns: InvoiceView,
  })
  show(@PathId('invoiceId') id: string): Promise<InvoiceView> {
    return this.reads.find(id);
  }

  @Get(':invoiceId/document')
  @Endpoint({
    summary: 'Ask the provider of payments for the document of an invoice',
    scope: 'account',
    records: ['billing', 'invoice_document.read'],
    permission: 'billing.read',
    returns: InvoiceDocumentView,
    refuses: [BillingNotConfiguredError, ProviderRefusedError, ProviderUnavailableError],
  })
  async document(@PathId('invoiceId') id: string): Promise<InvoiceDocumentView> {
    const { provider, reference } = await this.reads.reference(id);
    const { url } = await this.payments.of(provider).invoiceDocument(reference);
    return { invoice_id: id, url };
  }
}
