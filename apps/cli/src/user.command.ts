import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isUuid, newId, operator } from '#libs/context';
import { Directory } from '#libs/database';
import { emailKey, Factors, Sessions, Users } from '#libs/identity';
import { givenRole, ROLES, type Role } from '#libs/roles';
import { Members } from '#libs/tenants';
import { CommandRefusedError } from './cli.errors.js';
import { withModules } from './installation.js';
import { inDirectory } from './operator-directory.js';
import { columns, report } from './output.js';

interface CreateOptions {
  readonly email: string;
  readonly name: string;
  readonly passwordStdin?: boolean;
  readonly account?: string;
  readonly role: Role;
  readonly json?: boolean;
}

/** Creates, lists, shows, disables and enables people, and makes them members of accounts. */
export function userCommand(): Command {
  const command = new Command('user').description('Users');
  command
    .command('create')
    .description('Create a user. With --account, add the user, new or existing, to the account as a member')
    .requiredOption('--email <email>', 'address to sign in with')
    .requiredOption('--name <name>', 'name of the person')
    .option('--password-stdin', 'read the password from standard input. Default a random password, which is printed')
    .option('--account <id>', 'id of the account')
    .addOption(new Option('--role <role>', 'role in that account').choices([...ROLES]).default('member'))
    .option('--json', 'print JSON')
    .action(create);
  command
    .command('list')
    .description('List users by email')
    .option('--after <email>', 'start after this email')
    .addOption(new Option('--limit <count>', 'maximum number of people, 1 to 1000').default(200).argParser(readLimit))
    .option('--json', 'print JSON')
    .action(list);
  command
    .command('show')
    .description('Show a user: status, second factors, sign-ins and accounts')
    .requiredOption('--email <email>', 'address of the person')
    .option('--json', 'print JSON')
    .action(show);
  command
    .command('reset-factors')
    .description('Remove all second factors of a user who has lost them. Verify the identity of the user first')
    .requiredOption('--email <email>', 'address of the person')
    .option('--json', 'print JSON')
    .action(resetFactors);
  for (const disabled of [true, false])
    command
      .command(disabled ? 'disable' : 'enable')
      .description(
        disabled
          ? 'Disable a user: ends every sign-in and refuses new ones. Memberships stay'
          : 'Enable a disabled user',
      )
      .requiredOption('--email <email>', 'address of the person')
      .option('--json', 'print JSON')
      .action((options: { readonly email: string; readonly json?: boolean }) => setDisabled(options, disabled));
  return command;
}

async function list({
  after,
  limit,
  json = false,
}: {
  readonly after?: string;
  readonly limit: number;
  readonly json?: boolean;
}): Promise<void> {
  const start = after === undefined ? null : emailKey(after);
  const people = await inDirectory((directory) => directory.call('list_users', { afterKey: start, most: limit }));
  const lines = columns(
    people.map(({ email, name, status, created_at: created, accounts }) => [
      email,
      name,
      status,
      created.toISOString(),
      `${accounts} accounts`,
    ]),
  );
  const last = people.at(-1)?.email;
  if (people.length === limit) lines.push(`There may be more: bulkhead user list --after ${last}`);
  report.result(
    people.map(({ email_key: _, ...person }) => person),
    people.length ? lines : ['No people found.'],
    json,
  );
}

async function show({ email, json = false }: { readonly email: string; readonly json?: boolean }): Promise<void> {
  const [person] = await inDirectory((directory) => directory.call('show_user', { ofKey: emailKey(email) }));
  if (!person) throw new CommandRefusedError(`There is no user ${email}.`);
  const lines = columns(Object.entries(person).map(([name, value]) => [name, textOf(value)]));
  report.result(person, lines, json);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000) return limit;
  throw new InvalidArgumentError('Give a whole number from 1 to 1000.');
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(' ') || 'none';
  return value instanceof Date ? value.toISOString() : `${value as string | number | boolean}`;
}

async function setDisabled(
  { email, json = false }: { readonly email: string; readonly json?: boolean },
  disabled: boolean,
): Promise<void> {
  const outcome = await withModules(async (app) => {
    const user = await app.get(Users).findByEmail(email);
    if (!user) throw new CommandRefusedError(`There is no user ${email}.`);
    const changed = await app.get(Users).setDisabled(user.id, disabled, { requestId: newId() });
    return { changed, pending_cells: changed && disabled ? await app.get(Sessions).carryOf(user.id) : [] };
  });
  const state = disabled ? 'disabled' : 'enabled';
  const lines = [outcome.changed ? `${email} is ${state}.` : `${email} was ${state} already.`];
  if (outcome.pending_cells.length)
    lines.push(`Cells that have not heard yet, and will: ${outcome.pending_cells.join(', ')}`);
  report.result(outcome, lines, json);
}

async function resetFactors({
  email,
  json = false,
}: {
  readonly email: string;
  readonly json?: boolean;
}): Promise<void> {
  const removed = await withModules(async (app) => {
    const user = await app.get(Users).findByEmail(email);
    if (!user) throw new CommandRefusedError(`There is no user ${email}.`);
    return app.get(Factors).removeAll(user.id, { requestId: newId() });
  });
  report.result(
    { removed },
    [`Removed ${removed} second factors of ${email}. The user adds a new one at the next sign-in.`],
    json,
  );
}

async function create({
  email,
  name,
  passwordStdin,
  account: accountId,
  role,
  json = false,
}: CreateOptions): Promise<void> {
  const given = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
  const outcome = await withModules(async (app) => {
    const users = app.get(Users);
    const known = await users.findByEmail(email);
    if (known && !accountId)
      throw new CommandRefusedError(`A user ${email} exists already. To add them to an account, use --account.`);
    // looked for before anybody is made: the password of a new user is shown once
    const cell = accountId ? await cellOf(app.get(Directory), accountId) : undefined;
    const password = known ? undefined : (given ?? randomBytes(12).toString('base64url'));
    const user = known ?? (await users.create({ name, email, password: password ?? '', createdBy: 'operator' }));
    if (accountId && cell) {
      await app
        .get(Members)
        .add({ id: accountId, cell }, { user, given: givenRole({ role }) }, operator('user create', ['member.add']));
    }
    return { id: user.id, created: !known, ...(password && !given && { password }) };
  });
  const lines = [
    `User ${outcome.id} ${outcome.created ? 'was created' : 'was there already'}.`,
    ...(outcome.password ? [`Password, shown once: ${outcome.password}`] : []),
    ...(accountId ? [`Member of ${accountId} as ${role}.`] : []),
  ];
  report.result(outcome, lines, json);
}

async function cellOf(directory: Directory, accountId: string): Promise<string> {
  const [pointer] = isUuid(accountId) ? await directory.call('locate_account', { wantedId: accountId }) : [];
  if (!pointer) throw new CommandRefusedError(`There is no account ${accountId}. List them: bulkhead account list`);
  return pointer.cell;
}
