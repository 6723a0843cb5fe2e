import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Reader } from '#libs/database';
import type { CheckoutView, SubscriptionView } from './subscription.views.js';
import type { State } from './life.js';
import type { PendingChange, SubscriptionEntity } from './subscription.entity.js';

const SUBSCRIPTION = `select s.account_id, s.state, s.since, s.deadline_at, s.plan, s.plan_version, s.seats, s.provider, s.reference,
    s.price, s.period_ends_at, s.cancels_at, s.data_until, s.pending, s.refused, s.version, s.updated_at,
    t.entitlements, t.limits, a.read_only
  from subscriptions s join account_terms t on t.account_id = s.account_id join accounts a on a.account_id = s.account_id
  where s.account_id = $1`;

const CHECKOUT = `select c.id, c.plan, c.plan_version, c.seats, c.url, c.created_at, c.refused,
    case when c.refused is not null then 'refused' when c.opened_at is null then 'starting' else 'open' end as status
  from checkouts c where c.account_id = $1 and c.id = $2`;

type Row = Omit<SubscriptionView, 'pending' | 'provider'> &
  Pick<SubscriptionEntity, 'provider' | 'reference' | 'price'> & { readonly pending: PendingChange | null };

/** Reads what the account has bought. */
@Injectable()
export class SubscriptionReadModel {
  constructor(private readonly reader: Reader) {}

  async current(): Promise<SubscriptionView> {
    const { reference: _, price: __, pending, ...row } = await this.row();
    return { ...row, pending: pending?.kind ?? null };
  }

  /** What the provider calls it; for asking the provider. */
  async reference(): Promise<Pick<SubscriptionEntity, 'state' | 'provider' | 'reference' | 'price' | 'seats'>> {
    const { state, provider, reference, price, seats } = await this.row();
    return { state: state as State, provider, reference, price, seats };
  }

  /** The provider's customer of the account; null before anything was bought. */
  async customer(): Promise<string | null> {
    const [row] = await this.reader.inAccount<{ customer: string | null }>(
      'select s.customer from subscriptions s where s.account_id = $1',
    );
    return row?.customer ?? null;
  }

  /** @throws {NotFoundError} */
  async checkout(id: string): Promise<CheckoutView> {
    const [row] = await this.reader.inAccount<CheckoutView & Record<string, unknown>>(CHECKOUT, id);
    if (!row) throw new NotFoundError();
    return row;
  }

  private async row(): Promise<Row> {
    const [row] = await this.reader.inAccount<Row & Record<string, unknown>>(SUBSCRIPTION);
    if (!row) throw new NotFoundError();
    return row;
  }
}
