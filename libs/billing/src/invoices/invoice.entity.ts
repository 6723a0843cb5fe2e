import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'invoices' })
export class InvoiceEntity extends TableRow('invoices') {}
