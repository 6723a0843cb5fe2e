import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint, type Page, PageOf, PageQuery, Pages, PathId, Resource } from '#libs/http';
import { Payments } from '../providers/payments.service.js';
import { InvoicesReadModel } from './invoices.read-model.js';
import { BillingNotConfiguredError, ProviderRefusedError, ProviderUnavailableError } from '../billing.errors.js';
import { InvoiceDocumentView, InvoiceView } from './invoices.views.js';
import { INVOICE, INVOICE_DOCUMENT } from '../billing.acts.js';

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
    summary: 'List invoices',
    scope: 'account',
    records: INVOICE.list,
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
    records: INVOICE.read,
    permission: 'billing.read',
    returns: InvoiceView,
  })
  show(@PathId('invoiceId') id: string): Promise<InvoiceView> {
    return this.reads.find(id);
  }

  @Get(':invoiceId/document')
  @Endpoint({
    summary: 'Get a link to the document of an invoice, from the payment provider',
    scope: 'account',
    records: INVOICE_DOCUMENT.read,
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
