import { Choice, DateTime, Text, Uuid, Integer } from '#libs/http';

export class InvoiceView {
  @Uuid()
  id!: string;
  @Text({ max: 100, nullable: true, description: 'Invoice number of the payment provider' })
  number!: string | null;
  @Choice(['open', 'paid', 'past_due', 'cancelled'])
  status!: string;
  @Integer({
    min: -Number.MAX_SAFE_INTEGER,
    max: Number.MAX_SAFE_INTEGER,
    description: 'In the smallest unit of the currency; negative for a credit',
  })
  amount!: number;
  @Text({ max: 3, description: 'ISO 4217' })
  currency!: string;
  @DateTime()
  billed_at!: string;
}

export class InvoiceDocumentView {
  @Uuid()
  invoice_id!: string;
  @Text({ max: 2000, description: 'Valid for some minutes, without authentication' })
  url!: string;
}
