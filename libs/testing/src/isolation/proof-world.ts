import { randomBytes } from 'node:crypto';
import { BatchedEntries } from '#libs/audit';
import { RequestMeter } from '#libs/billing';
import type { User } from '#libs/identity';
import type { GivenRole, Role } from '#libs/roles';
import { PASSWORD, type World, type WorldAccount, type WorldWorkspace } from '../world.js';
import type { PastPolicies } from './past-policies.js';

/** A protected table of a cell, as its catalog has it. */
export interface TenantTable {
  readonly name: string;
  readonly scope: 'account' | 'workspace';
}

/** Rows that an operation can be tried on: a workspace with every seed in it, and a member to act upon. */
export interface Stage {
  /** The member's own id as a user. */
  readonly memberUserId: string;
  readonly account: WorldAccount;
  readonly workspace: WorldWorkspace;
  /** Id of a row of a table; undefined for tables whose rows are not named by one. */
  id(table: string): string | undefined;
}

/** Somebody at work in a workspace. */
export interface Person {
  readonly email: string;
  readonly userId: string;
  readonly token: string;
  /** Ids of their own rows in the directory, by table. */
  readonly rows: ReadonlyMap<string, string>;
}

/** The foreign places, seen from the first account: where, and why it is foreign. */
export const FOREIGN = [
  'another account',
  'account in another cell',
  'own account elsewhere',
  'another workspace',
] as const;

/** One of {@link FOREIGN}. */
export type Foreign = (typeof FOREIGN)[number];

const UUIDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * The accounts of a proof. Acme attacks: its owner owns Hooli as well. Globex and Hooli share its cell, Initech and
 * Umbrella share the other. Everything in an account, and everything in a workspace, carries a name that nothing else has.
 */
export class ProofWorld {
  readonly stages = new Map<Foreign | 'own', Stage>();
  private counter = 0;
  private narrowed: Person | undefined;
  /** Tokens of the attacker's on the way: signed in, and in the account, without having entered what comes next. */
  readonly arrivals = { signedIn: '', inAccount: '' };
  private unpaid: { readonly stage: Stage; readonly token: string } | undefined;
  private closed: { readonly stage: Stage; readonly token: string } | undefined;
  private readonly owners = new WeakMap<Stage, Promise<string>>();

  private constructor(
    readonly world: World,
    readonly past: PastPolicies,
    readonly tables: readonly TenantTable[],
    /** Tables of the directory that say whose each row is. */
    readonly personalTables: readonly string[],
    readonly acme: WorldAccount,
    readonly hooli: WorldAccount,
    readonly globex: WorldAccount,
    readonly initech: WorldAccount,
    readonly umbrella: WorldAccount,
    /** Owns Acme and Hooli, and is at work in the first. */
    readonly attacker: Person,
  ) {}

  static async build(world: World, past: PastPolicies): Promise<ProofWorld> {
    // nothing changes by itself while rows are compared
    await world.app.get(RequestMeter).stop();
    const [here, there] = world.databases.connections.cells;
    if (!here || !there) throw new Error('The proof needs two cells.');
    const tables = await tenantTablesIn(past, here.name);
    const personal = await past.rows<{ name: string }>('directory', PERSONAL_TABLES);
    const account = async (name: string, region: string) => {
      const made = await world.emptyAccount(`${name}-${randomBytes(4).toString('hex')}`, region);
      // beside that of a stage, so that every list has a second page
      await made.addWorkspace('First');
      return made;
    };
    const acme = await account('Acme', here.region);
    const hooli = await account('Hooli', here.region);
    const globex = await account('Globex', here.region);
    const initech = await account('Initech', there.region);
    const umbrella = await account('Umbrella', there.region);
    await hooli.addMember('owner', { user: acme.owner });
    const attacker = {
      email: acme.owner.email,
      userId: acme.owner.id,
      token: '',
      rows: await rowsOfPerson(world, past, acme.owner),
    };
    const names = personal.map(({ name }) => name);
    const proof = new ProofWorld(world, past, tables, names, acme, hooli, globex, initech, umbrella, attacker);
    await proof.renew();
    return proof;
  }

  /** Makes fresh rows in every place, so that what an operation left behind does not help or hinder the next. */
  async renew(): Promise<void> {
    const places = [
      ['own', this.acme],
      ['another workspace', this.acme],
      ['another account', this.globex],
      ['account in another cell', this.initech],
      ['own account elsewhere', this.hooli],
    ] as const;
    for (const [place, account] of places) this.stages.set(place, await this.stage(account));
    this.narrowed = await this.narrowPerson(this.own);
    const signedIn = await this.world.signIn(this.attacker.email, PASSWORD);
    this.arrivals.signedIn = signedIn.token ?? '';
    this.arrivals.inAccount = (await signedIn.enterAccount(this.acme.id)).token ?? '';
    (this.attacker as { token: string }).token = await this.tokenOf(this.attacker.email, this.own);
  }

  /** Somebody who may do everything that a role in one workspace can give in the attacker's workspace, and nothing elsewhere. */
  get narrow(): Person {
    if (!this.narrowed) throw new Error('Nobody is staged yet.');
    return this.narrowed;
  }

  /** A workspace that was archived while its owner was at work in it. */
  async archived(): Promise<{ readonly stage: Stage; readonly token: string }> {
    if (this.closed) return this.closed;
    const stage = await this.stage(this.acme);
    const token = await this.ownerToken(stage);
    const { cell } = stage.account.place;
    await this.past.rows(cell, 'update workspaces set archived_at = now() where id = $1', [stage.workspace.id]);
    this.closed = { stage, token };
    return this.closed;
  }

  /** A workspace of an account that can only be read, where its owner is at work. */
  async readOnly(): Promise<{ readonly stage: Stage; readonly token: string }> {
    this.unpaid ??= await this.makeUnpaid();
    const { id, place } = this.unpaid.stage.account;
    // each time: what other attacks have the worker settle makes it writable, because it owes nothing
    await this.past.rows(place.cell, 'update accounts set read_only = true where account_id = $1', [id]);
    return this.unpaid;
  }

  private async makeUnpaid(): Promise<{ readonly stage: Stage; readonly token: string }> {
    const account = await this.world.emptyAccount(`Unpaid-${randomBytes(4).toString('hex')}`, this.acme.place.cell);
    const stage = await this.stage(account);
    return { stage, token: await this.ownerToken(stage) };
  }

  get own(): Stage {
    return this.at('own');
  }

  at(place: Foreign | 'own'): Stage {
    const stage = this.stages.get(place);
    if (!stage) throw new Error(`Nothing is staged at ${place}.`);
    return stage;
  }

  /** A fresh workspace of an account with every seed sown twice, and a fresh viewer to act upon. */
  async stage(account: WorldAccount): Promise<Stage> {
    this.counter += 1;
    const workspace = await account.addWorkspace(`${account.name} workspace ${this.counter}`, 2);
    // nobody waits for the mail of what is sown
    await this.past.rows(
      account.place.cell,
      'update outbox_messages set sent_at = now() where account_id = $1 and sent_at is null',
      [account.id],
    );
    // narrowed to this workspace, so that tables of members and workspaces have a row as well
    const workspaces = [{ id: workspace.id, role: 'viewer' as const }];
    const { memberId, user } = await account.addMember('viewer', { access: 'named', workspaces });
    const ids = new Map([
      // what people have is the member's: nobody else's, the attacker's neither
      ...(await rowsOfPerson(this.world, this.past, user)),
      ...workspace.rows,
      ['accounts', account.id],
      ['workspaces', workspace.id],
      ['members', memberId],
    ]);
    return { account, workspace, memberUserId: user.id, id: (table) => ids.get(table) };
  }

  /** A fresh person with a role, at work in the workspace of a stage. */
  async person(stage: Stage, role: Role | GivenRole): Promise<Person> {
    const { user } = await stage.account.addMember(role);
    return this.personOf(user, stage);
  }

  private async narrowPerson(stage: Stage): Promise<Person> {
    const workspaces = [{ id: stage.workspace.id, role: 'multi_account_manager' as const }];
    const { user } = await stage.account.addMember('multi_account_manager', { access: 'named', workspaces });
    return this.personOf(user, stage);
  }

  private async personOf(user: User, stage: Stage): Promise<Person> {
    const token = await this.tokenOf(user.email, stage);
    return { email: user.email, userId: user.id, token, rows: await rowsOfPerson(this.world, this.past, user) };
  }

  /** Signs somebody in, to the account and the workspace of a stage. */
  async tokenOf(email: string, stage: Stage): Promise<string> {
    const signedIn = await this.world.signIn(email, PASSWORD);
    const entered = await signedIn.enterAccount(stage.account.id);
    return (await entered.enterWorkspace(stage.workspace.id)).token ?? '';
  }

  /** Token of the account's owner, at work in the workspace of a stage; the same for every call. */
  ownerToken(stage: Stage): Promise<string> {
    const known = this.owners.get(stage) ?? this.tokenOf(stage.account.owner.email, stage);
    this.owners.set(stage, known);
    return known;
  }

  /**
   * Every row of an account, of one workspace of it, or of its other workspaces, as text, by table. Read past all policies. The
   * answers that are kept for repetitions are left out: to keep one is no effect. Of the trail, which is only ever added to, how
   * long it is.
   */
  async rowsOf(stage: Stage, within: Within): Promise<string> {
    return this.readRows(stage, within, "coalesce(string_agg(t::text, chr(10) order by t::text), '')");
  }

  /**
   * As {@link rowsOf}, a sum in place of the rows: whether anything has changed. The trail is left out: who tries something is
   * in it, whether they succeed or not.
   */
  async sumOf(stage: Stage, within: Within): Promise<string> {
    return this.readRows(stage, within, 'sum(hashtextextended(t::text, 0))::text', ['audit_entries']);
  }

  private async readRows(
    { account, workspace }: Stage,
    within: Within,
    expression: string,
    leftOut: readonly string[] = [],
  ): Promise<string> {
    // what waits to be written is written, or it would look like an effect of what comes next
    await this.flush();
    const tables = this.tables.filter(
      ({ name, scope }) =>
        (within === 'account' || scope === 'workspace') && ![...leftOut, 'idempotency_keys'].includes(name),
    );
    const text = tables
      .map(
        ({ name }) =>
          `select '${name}' as name, ${name === 'audit_entries' ? 'count(*)::text' : expression} as rows from ${name} t where account_id = $1 ${CONDITION[within]}`,
      )
      .join(' union all ');
    const values = within === 'account' ? [account.id] : [account.id, workspace.id];
    return JSON.stringify(await this.past.rows(account.place.cell, text, values));
  }

  /** Writes the entries of reads that wait to be written with others. */
  flush(): Promise<void> {
    return this.world.app.get(BatchedEntries).flush();
  }

  /** A sum over every row of the directory, but its trail: what was tried is written there whether it succeeds or not. */
  async directoryRows(): Promise<string> {
    const tables = await this.past.rows<{ name: string }>('directory', DIRECTORY_TABLES);
    const sums = tables.map(({ name }) => `select '${name}' as name, sum(hashtextextended(t::text, 0)) from ${name} t`);
    return JSON.stringify(await this.past.rows('directory', sums.join(' union all ')));
  }

  /** What a person has in the directory, as text. */
  private async rowsOfUser(userId: string): Promise<string> {
    const text = this.personalTables
      .map((name) => `select to_jsonb(t)::text as row from ${name} t where user_id = $1`)
      .join(' union all ');
    return JSON.stringify(await this.past.rows('directory', `${text} order by 1`, [userId]));
  }

  /** The rows of every foreign place, and of what its member has; compared before and after an attack. */
  async foreignRows(): Promise<ReadonlyMap<Foreign, string>> {
    const found = new Map<Foreign, string>();
    for (const place of FOREIGN)
      found.set(
        place,
        place === 'another workspace'
          ? await this.rowsOf(this.own, 'other workspaces')
          : (await this.rowsOf(this.at(place), 'account')) + (await this.rowsOfUser(this.at(place).memberUserId)),
      );
    return found;
  }

  /**
   * What an answer to the attacker must not contain: ids and names of foreign places, but none that are the attacker's own.
   *
   * @param scope of the operation: one on an account may show all of its workspaces, one on a person all of their accounts.
   */
  async secrets(scope: string | undefined, foreign: ReadonlyMap<Foreign, string>): Promise<Secrets> {
    const own = new Set((await this.rowsOf(this.own, 'account')).match(UUIDS));
    const ownWorkspace = new Set((await this.rowsOf(this.own, 'workspace')).match(UUIDS));
    const ids = new Set<string>();
    const names = [this.globex.name, this.initech.name];
    for (const [place, rows] of foreign) {
      if (place === 'another workspace' && scope !== 'workspace') continue;
      if (place === 'own account elsewhere' && scope === 'user') continue;
      const known = place === 'another workspace' ? ownWorkspace : own;
      for (const id of rows.match(UUIDS) ?? []) if (!known.has(id)) ids.add(id);
    }
    if (scope !== 'user') names.push(this.hooli.name);
    if (scope === 'workspace') names.push(this.at('another workspace').workspace.name);
    return new Secrets(ids, names);
  }
}

/** The protected tables of a cell, as its catalog has them. */
export function tenantTablesIn(past: PastPolicies, cell: string): Promise<TenantTable[]> {
  return past.rows<TenantTable & Record<string, unknown>>(
    cell,
    'select name::regclass::text as name, scope from app.tenant_tables order by 1',
  );
}

const PERSONAL_TABLES = `select t.oid::regclass::text as name from pg_class t join pg_attribute a on a.attrelid = t.oid
  where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and a.attname = 'user_id' and t.relname not in ('platform_entries', 'entries_to_copy')`;
const DIRECTORY_TABLES = `select t.oid::regclass::text as name from pg_class t
  where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and t.relname not in ('platform_entries', 'entries_to_copy') order by 1`;

async function rowsOfPerson(world: World, past: PastPolicies, user: User): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, string>();
  for (const { table, sow } of world.userSeeds) rows.set(table, await sow(world.app, user));
  // nobody waits for the mail of what is sown
  await past.rows('directory', 'update outbox_messages set sent_at = now() where user_id = $1 and sent_at is null', [
    user.id,
  ]);
  return rows;
}

/** Which rows of an account are meant. */
type Within = 'account' | 'workspace' | 'other workspaces';

const CONDITION = {
  account: '',
  workspace: 'and workspace_id = $2',
  'other workspaces': 'and workspace_id <> $2',
} as const;

/** Ids and names that must not come out. */
export class Secrets {
  constructor(
    private readonly ids: ReadonlySet<string>,
    private readonly names: readonly string[],
  ) {}

  /** What of it a text contains; undefined where nothing is. */
  foundIn(text: string): string | undefined {
    const id = text.match(UUIDS)?.find((candidate) => this.ids.has(candidate));
    if (id) return `carries a foreign id (${id})`;
    const name = this.names.find((candidate) => text.includes(candidate));
    return name ? `carries a foreign text (${name})` : undefined;
  }
}
