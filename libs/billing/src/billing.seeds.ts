import type { INestApplicationContext } from '@nestjs/common';
import { ContextStore, newId } from '#libs/context';
import { Reader, type Seed } from '#libs/database';
import { Purchases } from './subscriptions/purchases.service.js';
import { Subscriptions } from './subscriptions/subscriptions.service.js';
import { RequestMeter } from './usage/request-meter.service.js';

/** Rows of what an account buys and uses, for tests and the isolation proof. */
export const BILLING_SEEDS: readonly Seed[] = [
  {
    table: 'account_requests',
    scope: 'account',
    // one row a month, without an id of its own
    sow: async (app, { workspaceId }) => {
      await app.get(RequestMeter).add(app.get(ContextStore).requireAccount(), 1);
      return workspaceId;
    },
  },
  {
    table: 'audit_promises',
    scope: 'account',
    // without an id of its own; a smaller plan leaves a promise of the larger one
    sow: async (app, { workspaceId }) => {
      for (const plan of ['starter', 'enterprise']) await app.get(Subscriptions).grant(plan, null);
      return workspaceId;
    },
  },
  { table: 'checkouts', scope: 'account', sow: waitingCheckout },
  { table: 'invoices', scope: 'account', sow: paidInvoice },
];

/** Returns the checkout that waits, or begins one: an account has one at a time. */
async function waitingCheckout(app: INestApplicationContext): Promise<string> {
  const reader = app.get(Reader);
  const [known] = await reader.inAccount<{ id: string }>(
    'select c.id from checkouts c where c.account_id = $1 and c.opened_at is null and c.refused is null',
  );
  if (known) return known.id;
  const [count] = await reader.inAccount<{ members: number }>(
    'select count(*)::int as members from members m where m.account_id = $1',
  );
  const wanted = { plan: 'enterprise', seats: (count?.members ?? 0) + 1, email: `payer.${newId()}@example.com` };
  return app.get(Purchases).checkOut(wanted);
}

async function paidInvoice(app: INestApplicationContext): Promise<string> {
  const [reference, event, at] = [`txn_${newId().replaceAll('-', '')}`, newId(), new Date()];
  await app.get(Subscriptions).take({
    provider: 'paddle',
    event,
    occurredAt: at,
    refersTo: [],
    invoice: {
      reference,
      subscription: `sub_${newId()}`,
      number: null,
      amount: 3_800,
      currency: 'USD',
      billedAt: at,
      status: 'paid',
    },
  });
  const [row] = await app
    .get(Reader)
    .inAccount<{ id: string }>('select i.id from invoices i where i.account_id = $1 and i.reference = $2', reference);
  if (!row) throw new Error('The invoice was not recorded.');
  return row.id;
}
