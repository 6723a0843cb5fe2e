import { randomBytes } from 'node:crypto';

/** What is sold: a price for one seat and one month, in the smallest unit. */
export interface Price {
  readonly id: string;
  readonly name: string;
  readonly amount: number;
  readonly currency: string;
}

export interface Customer {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** The account that it was made for, as whoever made it noted. */
  readonly account: string | null;
  readonly createdAt: string;
}

/** Something that somebody is about to pay. */
export interface Purchase {
  readonly id: string;
  readonly customer: string;
  readonly price: string;
  readonly quantity: number;
  readonly createdAt: string;
  /** The subscription that came of it; absent until it is paid. */
  subscription?: string;
  /** The bill of its first month. */
  bill?: string;
}

export interface Subscription {
  readonly id: string;
  readonly customer: string;
  readonly purchase: string;
  readonly createdAt: string;
  status: 'active' | 'past_due' | 'paused' | 'canceled';
  price: string;
  quantity: number;
  updatedAt: string;
  periodStartsAt: string;
  periodEndsAt: string;
  cancelsAt: string | null;
  canceledAt: string | null;
  /** Whether the next payments fail. */
  cardFails: boolean;
}

export interface Bill {
  readonly id: string;
  readonly number: string;
  readonly subscription: string;
  readonly customer: string;
  readonly price: string;
  readonly quantity: number;
  readonly amount: number;
  readonly currency: string;
  readonly createdAt: string;
  status: 'paid' | 'past_due' | 'canceled';
  updatedAt: string;
}

/** Everything that a merchant knows; JSON. */
export interface Books {
  customers: Customer[];
  purchases: Purchase[];
  subscriptions: Subscription[];
  bills: Bill[];
}

/** Something that is reported, with the whole of what it is about as it was then. */
export type Report = { readonly at: string } & (
  | {
      readonly kind: 'created' | 'activated' | 'updated' | 'past_due' | 'canceled';
      readonly subscription: Subscription;
    }
  | { readonly kind: 'billed'; readonly bill: Bill }
);

/** A refusal by a code of the provider's. */
export class RefusedError extends Error {
  constructor(
    readonly code: string,
    readonly status = 400,
    readonly detail = code,
  ) {
    super(code);
  }
}

/** What a merchant's ids look like. */
export type IdOf = (kind: 'customer' | 'purchase' | 'subscription' | 'bill') => string;

/** A provider gives up on a payment that failed after so long, and ends the subscription. */
const DUNNING_DAYS = 30;
const DAY = 86_400_000;

/** Random lower case letters and digits. */
export function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => '0123456789abcdefghjkmnpqrstvwxyz'[byte % 32]).join('');
}

/**
 * What a provider of payments does, without money: it sells months of seats, bills them as time goes by, and reports what
 * happens. The faces of single providers stand before it.
 */
export class Merchant {
  private last = 0;

  /**
   * @param now by the clock that development moves.
   * @param report told of everything that happens, in order.
   */
  constructor(
    private readonly prices: readonly Price[],
    private readonly idOf: IdOf,
    private readonly now: () => Date,
    private readonly report: (report: Report) => void,
    readonly books: Books = { customers: [], purchases: [], subscriptions: [], bills: [] },
  ) {}

  customer(email: string, name: string, account: string | null = null): Customer {
    const customer = { id: this.idOf('customer'), email, name, account, createdAt: this.stamp() };
    this.books.customers.push(customer);
    return customer;
  }

  purchase(customer: string, price: string, quantity: number): Purchase {
    this.priceOf(price);
    found(this.books.customers, customer);
    const purchase = { id: this.idOf('purchase'), customer, price, quantity, createdAt: this.stamp() };
    this.books.purchases.push(purchase);
    return purchase;
  }

  /** Somebody pays for the first month, and the subscription begins. @param cardFails whether later payments will fail. */
  pay(id: string, cardFails = false): Subscription {
    const purchase = found(this.books.purchases, id);
    if (purchase.subscription) throw new RefusedError('already_paid', 409);
    const at = this.stamp();
    const subscription: Subscription = {
      id: this.idOf('subscription'),
      customer: purchase.customer,
      purchase: id,
      status: 'active',
      price: purchase.price,
      quantity: purchase.quantity,
      createdAt: at,
      updatedAt: at,
      periodStartsAt: at,
      periodEndsAt: aMonthAfter(at),
      cancelsAt: null,
      canceledAt: null,
      cardFails,
    };
    this.books.subscriptions.push(subscription);
    purchase.subscription = subscription.id;
    this.tell('created', subscription);
    this.tell('activated', subscription);
    purchase.bill = this.bill(subscription, at, 'paid', this.monthly(subscription)).id;
    return subscription;
  }

  subscription(id: string): Subscription {
    return found(this.books.subscriptions, id);
  }

  bills(id: string): Bill {
    return found(this.books.bills, id);
  }

  /** A customer that is known. @throws {RefusedError} */
  knownCustomer(id: string): Customer {
    return found(this.books.customers, id);
  }

  /** What the rest of the month costs after a change, and what of the old is not used. */
  proration(id: string, price: string, quantity: number): { readonly charge: number; readonly credit: number } {
    const { periodStartsAt, periodEndsAt, ...before } = this.subscription(id);
    const rest = Date.parse(periodEndsAt) - this.now().getTime();
    const share = Math.max(0, rest) / (Date.parse(periodEndsAt) - Date.parse(periodStartsAt));
    return {
      charge: Math.round(this.priceOf(price).amount * quantity * share),
      credit: Math.round(this.priceOf(before.price).amount * before.quantity * share),
    };
  }

  change(id: string, price: string, quantity: number): Subscription {
    const subscription = this.subscription(id);
    if (subscription.status === 'canceled') throw new RefusedError('subscription_is_canceled_action_invalid');
    if (subscription.price === price && subscription.quantity === quantity) return subscription;
    const { charge, credit } = this.proration(id, price, quantity);
    if (charge > credit && subscription.cardFails) throw new RefusedError('subscription_payment_declined');
    const at = this.stamp();
    Object.assign(subscription, { price, quantity, updatedAt: at });
    this.tell('updated', subscription);
    if (charge > credit) this.bill(subscription, at, 'paid', charge - credit);
    return subscription;
  }

  cancelAtEnd(id: string, cancel: boolean): Subscription {
    const subscription = this.subscription(id);
    if (subscription.status === 'canceled') throw new RefusedError('subscription_is_canceled_action_invalid');
    if (Boolean(subscription.cancelsAt) === cancel) return subscription;
    Object.assign(subscription, { cancelsAt: cancel ? subscription.periodEndsAt : null, updatedAt: this.stamp() });
    this.tell('updated', subscription);
    return subscription;
  }

  /** Says whether the next payments fail; one that is past due is tried again with a card that is good. */
  card(id: string, fails: boolean): Subscription {
    const subscription = this.subscription(id);
    subscription.cardFails = fails;
    if (!fails && subscription.status === 'past_due') {
      const due = this.books.bills.findLast((bill) => bill.subscription === id && bill.status === 'past_due');
      const at = this.stamp();
      Object.assign(subscription, { status: 'active', updatedAt: at });
      this.tell('updated', subscription);
      if (due) {
        Object.assign(due, { status: 'paid', updatedAt: at });
        this.report({ at: this.stamp(), kind: 'billed', bill: { ...due } });
      }
    }
    return subscription;
  }

  /** Does everything that has come due by now, in the order in which it did. */
  catchUp(): void {
    const now = this.now().getTime();
    for (let next = this.nextDue(); next && next.due <= now; next = this.nextDue())
      this.passDue(next.subscription, next.due);
  }

  /** A price that is sold. @throws {RefusedError} */
  priceOf(id: string): Price {
    const price = this.prices.find((known) => known.id === id);
    if (!price) throw new RefusedError('price_not_found', 404);
    return price;
  }

  monthly({ price, quantity }: { readonly price: string; readonly quantity: number }): number {
    return this.priceOf(price).amount * quantity;
  }

  private nextDue(): { readonly subscription: Subscription; readonly due: number } | undefined {
    return this.books.subscriptions
      .flatMap((subscription) => {
        const due = this.dueOf(subscription);
        return due === null ? [] : [{ subscription, due }];
      })
      .sort((a, b) => a.due - b.due)[0];
  }

  private dueOf({ status, periodStartsAt, periodEndsAt }: Subscription): number | null {
    if (status === 'active') return Date.parse(periodEndsAt);
    return status === 'past_due' ? Date.parse(periodStartsAt) + DUNNING_DAYS * DAY : null;
  }

  private passDue(subscription: Subscription, due: number): void {
    const at = this.stamp(due);
    if (subscription.cancelsAt || subscription.status === 'past_due') {
      Object.assign(subscription, { status: 'canceled', canceledAt: at, cancelsAt: null, updatedAt: at });
      this.tell('canceled', subscription, at);
      return;
    }
    const [periodStartsAt, periodEndsAt] = [subscription.periodEndsAt, aMonthAfter(subscription.periodEndsAt)];
    const status = subscription.cardFails ? 'past_due' : 'active';
    Object.assign(subscription, { status, periodStartsAt, periodEndsAt, updatedAt: at });
    this.tell(status === 'active' ? 'updated' : 'past_due', subscription, at);
    this.bill(subscription, this.stamp(due), status === 'active' ? 'paid' : 'past_due', this.monthly(subscription));
  }

  private bill(subscription: Subscription, at: string, status: Bill['status'], amount: number): Bill {
    const { id, customer, price, quantity } = subscription;
    const bill: Bill = {
      id: subscription.createdAt === at ? found(this.books.purchases, subscription.purchase).id : this.idOf('bill'),
      number: `LOCAL-${String(this.books.bills.length + 1).padStart(5, '0')}`,
      subscription: id,
      customer,
      price,
      quantity,
      amount,
      currency: this.priceOf(price).currency,
      status,
      createdAt: at,
      updatedAt: at,
    };
    this.books.bills.push(bill);
    this.report({ at: this.stamp(Date.parse(at)), kind: 'billed', bill: { ...bill } });
    return bill;
  }

  private tell(
    kind: 'created' | 'activated' | 'updated' | 'past_due' | 'canceled',
    subscription: Subscription,
    at = this.stamp(),
  ): void {
    this.report({ at, kind, subscription: { ...subscription } });
  }

  /** A moment after every other that was given out, unless an earlier one is asked for, which is the next free one from there. */
  private stamp(from = this.now().getTime()): string {
    const time = from > this.last ? from : this.last + 1;
    this.last = time;
    return new Date(time).toISOString();
  }
}

function found<T extends { readonly id: string }>(all: readonly T[], id: string): T {
  const one = all.find((known) => known.id === id);
  if (!one) throw new RefusedError('not_found', 404, `Entity ${id} not found`);
  return one;
}

function aMonthAfter(text: string): string {
  const moment = new Date(text);
  const day = moment.getUTCDate();
  moment.setUTCDate(1);
  moment.setUTCMonth(moment.getUTCMonth() + 1);
  const last = new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 0)).getUTCDate();
  moment.setUTCDate(Math.min(day, last));
  return moment.toISOString();
}
