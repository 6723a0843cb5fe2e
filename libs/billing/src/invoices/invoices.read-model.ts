import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Reader, selectList } from '#libs/database';
import { fieldsOf, type PageStart } from '#libs/http';
import { InvoiceView } from './invoices.views.js';

const COLUMNS = selectList(fieldsOf(InvoiceView).keys(), { amount: 'i.amount::float8' }, 'i');
const INVOICE = `select ${COLUMNS} from invoices i where i.account_id = $1`;

/** Reads what was billed to the account. */
@Injectable()
export class InvoicesReadModel {
  constructor(private readonly reader: Reader) {}

  /** Invoices, the newest first. */
  list({ take, after }: PageStart): Promise<InvoiceView[]> {
    return this.reader.inAccount(
      `${INVOICE} and ($3::uuid is null or i.id < $3) order by i.id desc limit $2`,
      take,
      after,
    );
  }

  /** @throws {NotFoundError} */
  async find(id: string): Promise<InvoiceView> {
    const [row] = await this.reader.inAccount<InvoiceView & Record<string, unknown>>(`${INVOICE} and i.id = $2`, id);
    if (!row) throw new NotFoundError();
    return row;
  }

  /** What the provider calls an invoice. @throws {NotFoundError} */
  async reference(id: string): Promise<{ readonly provider: string; readonly reference: string }> {
    const [row] = await this.reader.inAccount<{ provider: string; reference: string }>(
      'select i.provider, i.reference from invoices i where i.account_id = $1 and i.id = $2',
      id,
    );
    if (!row) throw new NotFoundError();
    return row;
  }
}
