import { Command } from 'commander';
import type { INestApplicationContext } from '@nestjs/common';
import { Subscriptions } from '#libs/billing';
import { type AccountPlace, ContextStore, isUuid, operator } from '#libs/context';
import { Directory, Reader } from '#libs/database';
import { Users } from '#libs/identity';
import { Accounts } from '#libs/tenants';
import { CommandRefusedError } from './cli.errors.js';
import { withModules } from './installation.js';
import { inDirectory } from './operator-directory.js';
import { columns, report } from './output.js';

interface CreateOptions {
  readonly name: string;
  readonly region: string;
  readonly owner: string;
  readonly timeZone?: string;
  readonly json?: boolean;
}

const ACCOUNTS_AT_ONCE = 1_000;

/** Creates, lists, shows, suspends and resumes accounts. */
export function accountCommand(): Command {
  const command = new Command('account').description('Accounts of this installation');
  command
    .command('create')
    .description('Create an account with its first owner')
    .requiredOption('--name <name>', 'name of the agency')
    .requiredOption('--region <region>', 'region that holds its data, for example eu-west-1')
    .requiredOption('--owner <email>', 'address of a user: see "user create"')
    .option('--time-zone <zone>', 'IANA time zone. Default UTC')
    .option('--json', 'print JSON')
    .action(create);
  command
    .command('list')
    .description(
      'List the accounts with their cells, and whether their creation is finished; "account show" says whether one is suspended',
    )
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const rows = await allAccounts();
      const lines = columns(rows.map((row) => [row.account_id, row.cell, row.pointer]));
      report.result(rows, rows.length ? lines : ['There is no account yet. Create one: bulkhead account create'], json);
    });
  command
    .command('show')
    .description('Show an account: settings and counts, never content')
    .argument('<id>', 'id of the account')
    .option('--json', 'print JSON')
    .action(show);
  command
    .command('grant')
    .description('Grant an account a plan for free, from now on')
    .argument('<id>', 'id of the account')
    .requiredOption('--plan <plan>', 'name of a plan on sale')
    .option('--seats <seats>', 'number of seats. Default the number that the plan includes')
    .option('--json', 'print JSON')
    .action(grant);
  command
    .command('suspend')
    .description(
      'Suspend an account: no member can enter it, and open sessions end with their next request. Its data is kept',
    )
    .argument('<id>', 'id of the account')
    .requiredOption('--reason <text>', 'why, for the account’s audit trail; at most 200 characters')
    .option('--json', 'print JSON')
    .action((id: string, options: { reason: string; json?: boolean }) => setSuspended(id, true, options));
  command
    .command('resume')
    .description('Resume a suspended account')
    .argument('<id>', 'id of the account')
    .option('--json', 'print JSON')
    .action((id: string, options: { json?: boolean }) => setSuspended(id, false, options));
  return command;
}

async function create({ name, region, owner: email, timeZone, json = false }: CreateOptions): Promise<void> {
  const account = await withModules(async (app) => {
    const owner = await app.get(Users).findByEmail(email);
    if (!owner)
      throw new CommandRefusedError(
        `There is no user ${email}. Create one: bulkhead user create --email ${email} --name …`,
      );
    return app.get(Accounts).create(
      { name, region, owner, ...(timeZone && { timeZone }) },
      {
        actor: operator('account create', ['account.create', 'subscription.update']),
      },
    );
  });
  report.result(account, [`Account ${account.id} is in ${account.cell}.`], json);
}

type AccountPointer = { readonly account_id: string; readonly cell: string; readonly pointer: string };

function allAccounts(): Promise<AccountPointer[]> {
  return inDirectory(async (directory) => {
    const all: AccountPointer[] = [];
    for (let rows = ACCOUNTS_AT_ONCE; rows === ACCOUNTS_AT_ONCE; ) {
      const after = all.at(-1)?.account_id ?? null;
      const page = await directory.call('list_accounts', { afterId: after, most: ACCOUNTS_AT_ONCE });
      all.push(...page);
      rows = page.length;
    }
    return all;
  });
}

/** Suspends an account, or resumes it. */
async function setSuspended(
  id: string,
  suspended: boolean,
  { reason, json = false }: { readonly reason?: string; readonly json?: boolean },
): Promise<void> {
  const changed = await withModules(async (app) => {
    const { status: _, ...account } = await placeOf(app, id);
    const actor = suspended
      ? operator('account suspend', ['account.suspend'])
      : operator('account resume', ['account.resume']);
    return app.get(ContextStore).runAs({ actor, account }, () => app.get(Accounts).setSuspended(suspended, reason));
  });
  const state = suspended ? 'suspended: no member can enter it until "bulkhead account resume"' : 'active';
  report.result({ id, suspended, changed }, [`Account ${id} ${changed ? 'is' : 'was already'} ${state}.`], json);
}

async function grant(
  id: string,
  { plan, seats, json = false }: { readonly plan: string; readonly seats?: string; readonly json?: boolean },
): Promise<void> {
  const most = seats === undefined ? null : Number(seats);
  if (most !== null && (!Number.isInteger(most) || most < 1 || most > 100_000))
    throw new CommandRefusedError(`--seats is "${seats}". Give a whole number from 1 to 100000.`);
  await withModules(async (app) => {
    const account = await placeOf(app, id);
    const granting = { actor: operator('account grant', ['subscription.transition', 'subscription.update']), account };
    await app.get(ContextStore).runAs(granting, () => app.get(Subscriptions).grant(plan, most));
  });
  report.result({ id, plan, seats: most }, [`Account ${id} has the plan ${plan}.`], json);
}

/** @throws {Error} where there is no such account. */
async function placeOf(app: INestApplicationContext, id: string): Promise<AccountPlace & { readonly status: string }> {
  const [pointer] = isUuid(id) ? await app.get(Directory).call('locate_account', { wantedId: id }) : [];
  if (!pointer) throw new CommandRefusedError(`There is no account ${id}. List them: bulkhead account list`);
  return { id, ...pointer };
}

async function show(id: string, { json = false }: { json?: boolean }): Promise<void> {
  const found = await withModules(async (app) => {
    const { status, ...account } = await placeOf(app, id);
    const [row] = await app.get(ContextStore).runAs({ actor: operator('account show', []), account }, () =>
      app.get(Reader).inAccount<Record<string, unknown>>(
        `select a.name, a.data_region, a.time_zone, a.status, a.created_at,
           s.plan, s.state, u.seats as members, u.workspaces, u.documents::int as documents
         from accounts a join subscriptions s on s.account_id = a.account_id join account_usage u on u.account_id = a.account_id
         where a.account_id = $1`,
      ),
    );
    return { id, cell: account.cell, pointer: status, ...row } as Record<string, unknown>;
  });
  report.result(
    found,
    columns(
      Object.entries(found).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)]),
    ),
    json,
  );
}
