import type { INestApplicationContext } from '@nestjs/common';
import { AuditRetention } from '#libs/audit';
import { Purchases, RequestMeter, Subscriptions } from '#libs/billing';
import { ContextStore, newId } from '#libs/context';
import { Datasets, Documents } from '#libs/content';
import { Reader } from '#libs/database';
import { CustomRoles, givenRole, type Permission } from '#libs/roles';
import { Invitations } from '#libs/tenants';

/** Id of the row that an earlier seed made in a table, in the same workspace. @throws {Error} where none did. */
export type Row = (table: string) => string;

/** How a workspace gets a row of one table. A new workspace table needs one line, or the isolation proof asks for it. */
export interface Seed {
  readonly table: string;
  /**
   * Makes one row in the workspace of the current context and returns its id.
   *
   * @param canary a text that no other workspace has; put it where people write texts.
   */
  sow(app: INestApplicationContext, row: Row, canary: string): Promise<string>;
}

/** The seeds of Bulkhead's own workspace tables, in an order in which each finds the rows that it refers to. */
export const SEEDS: readonly Seed[] = [
  { table: 'datasets', sow: (app) => app.get(Datasets).create({ name: 'Notes' }) },
  {
    table: 'documents',
    sow: (app, row, body) => app.get(Documents).create(row('datasets'), { title: 'Quarterly plan', body }),
  },
];

/** How an account gets a row of one table that is not inside a workspace, and that the world does not make by itself. */
export interface AccountSeed {
  readonly table: string;
  /** Makes one row in the account of the current context and returns its id. @param workspaceId one of the account's. */
  sow(app: INestApplicationContext, workspaceId: string): Promise<string>;
}

const VIEWER = givenRole({ role: 'viewer' });

/** What the seeded role of an account's own lets do. */
export const SEEDED_PERMISSIONS: readonly Permission[] = ['documents.read', 'workspaces.read'];

/** The seeds of what an account has beside members and workspaces. */
export const ACCOUNT_SEEDS: readonly AccountSeed[] = [
  {
    table: 'audit_retention',
    // no id of its own
    sow: async (app, workspaceId) => {
      await app.get(AuditRetention).keep('content', 90);
      return workspaceId;
    },
  },
  {
    table: 'account_requests',
    // no id of its own
    sow: async (app, workspaceId) => {
      await app.get(RequestMeter).add(app.get(ContextStore).requireAccount(), 1);
      return workspaceId;
    },
  },
  {
    table: 'audit_promises',
    // no id of its own; a smaller plan leaves a promise of the larger one
    sow: async (app, workspaceId) => {
      for (const plan of ['starter', 'enterprise']) await app.get(Subscriptions).grant(plan, null);
      return workspaceId;
    },
  },
  {
    table: 'checkouts',
    sow: async (app) => {
      // one waits at a time
      const waiting =
        'select c.id from checkouts c where c.account_id = $1 and c.opened_at is null and c.refused is null';
      const reader = app.get(Reader);
      const [known] = await reader.inAccount<{ id: string }>(waiting);
      const members = 'select count(*)::int as members from members m where m.account_id = $1';
      const [count] = await reader.inAccount<{ members: number }>(members);
      const wanted = { plan: 'enterprise', seats: (count?.members ?? 0) + 1, email: `payer.${newId()}@example.com` };
      return known?.id ?? app.get(Purchases).checkOut(wanted);
    },
  },
  {
    table: 'invoices',
    sow: async (app) => {
      const [reference, event, at] = [`txn_${newId().replaceAll('-', '')}`, newId(), new Date()];
      const invoice = {
        reference,
        subscription: `sub_${newId()}`,
        number: null,
        amount: 3_800,
        currency: 'USD',
        billedAt: at,
      };
      await app.get(Subscriptions).take({
        provider: 'paddle',
        event,
        occurredAt: at,
        refersTo: [],
        invoice: { ...invoice, status: 'paid' },
      });
      return idOfInvoice(app, reference);
    },
  },
  {
    table: 'custom_roles',
    sow: (app) => app.get(CustomRoles).create({ name: `Reader ${newId()}`, permissions: SEEDED_PERMISSIONS }),
  },
  {
    table: 'invitations',
    sow: async (app, workspaceId) => {
      const invite = (more: object) =>
        app.get(Invitations).invite({ email: `invited.${newId()}@example.com`, given: VIEWER, ...more });
      await invite({});
      return invite({ access: 'named', workspaces: [{ id: workspaceId, given: VIEWER }] });
    },
  },
];

async function idOfInvoice(app: INestApplicationContext, reference: string): Promise<string> {
  const text = 'select i.id from invoices i where i.account_id = $1 and i.reference = $2';
  const [row] = await app.get(Reader).inAccount<{ id: string }>(text, reference);
  return row?.id ?? '';
}
