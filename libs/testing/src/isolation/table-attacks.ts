import { newId } from '#libs/context';
import { type SignedContext, type TenantConnection, type TenantPool } from '#libs/database';
import { poolOn } from '../bare-tenants.js';
import type { ProofWorld, Stage } from './proof-world.js';
import type { Report } from './report.js';
import type { TableStages } from './table-stages.js';
import { type Row, sampleRow, spareKey, type Target, targetsIn, tenantColumns } from './table-targets.js';

interface Outcome {
  /** Rows returned or changed; -1 where the statement was refused. */
  readonly rows: number;
  readonly code: string | undefined;
  readonly message: string;
}

/**
 * Every tenant table of a cell whose name contains `only` × select, insert, update, delete, reference, upsert, merge and returning, as the application's
 * role with a context that is signed as a request's is; each attack beside the same on a row of one's own.
 */
export async function attackTables(
  world: ProofWorld,
  report: Report,
  only: string,
  { cell, own, foreign }: TableStages,
): Promise<void> {
  const pool = poolOn(world.world.databases.connections, cell);
  try {
    for (const target of await targetsIn(world, cell)) {
      if (!target.name.includes(only)) continue;
      const rowOf = (stage: Stage) => sampleRow(world, target, stage);
      const mine = await rowOf(own);
      if (!mine) {
        report.add(
          'row',
          target.name,
          'select',
          `a row in ${cell}`,
          'cannot be exercised: it has no row. Add a seed to its module: @Seeds, in libs/<lib>/src/<lib>.seeds.ts',
        );
        continue;
      }
      const spare = await spareKey(world, target, own, mine);
      const attack = new TableAttack(pool, report, target, own, mine, spare);
      await attack.controls();
      for (const [place, stage] of foreign) {
        if (place === 'another workspace' && target.scope === 'account') continue;
        const theirs = await rowOf(stage);
        if (theirs) await attack.on(place, stage, theirs);
        else
          report.add(
            'row',
            target.name,
            'select',
            place,
            'cannot be exercised: it has no row there. Add a seed to its module: @Seeds, in libs/<lib>/src/<lib>.seeds.ts',
          );
      }
    }
  } finally {
    await pool.end();
  }
}

class TableAttack {
  private readonly tenant: readonly string[];

  constructor(
    private readonly pool: TenantPool,
    private readonly report: Report,
    private readonly target: Target,
    private readonly own: Stage,
    private readonly mine: Row,
    private readonly spare: Row,
  ) {
    this.tenant = tenantColumns(target);
  }

  /** The same statements on rows of one's own get through: each refusal below is a refusal of the tenant, not of the statement. */
  async controls(): Promise<void> {
    const { target } = this;
    const found = await this.try(this.select(this.mine));
    this.say(
      'select',
      'own row',
      found.rows === 1 ? undefined : `cannot be exercised: its own row is not seen (${words(found)})`,
    );
    if (target.updatable.length) {
      for (const returning of [false, true]) {
        const done = await this.try(this.update(this.mine, returning));
        this.say(
          'update',
          `own row${returning ? ', returning' : ''}`,
          done.rows === 1 ? undefined : `cannot be exercised: its own row cannot be changed (${words(done)})`,
        );
      }
    }
    if (target.deletable) {
      const done = await this.try(this.remove(this.mine));
      this.say(
        'delete',
        'own row',
        done.rows === 1 ? undefined : `cannot be exercised: its own row cannot be deleted (${words(done)})`,
      );
    }
    if (target.insertable.length) {
      const row = this.fresh();
      const done = await this.try(this.insert(row), this.contextFor(row));
      this.say(
        'insert',
        'own row',
        done.rows === 1 ? undefined : `cannot be exercised: a row of its own cannot be written (${words(done)})`,
      );
    }
    await this.without();
  }

  /** Everything on a foreign row. */
  async on(place: string, stage: Stage, theirs: Row): Promise<void> {
    const { target } = this;
    const unseen = async (attack: string, detail: string, statement: Statement) => {
      const done = await this.try(statement);
      // no privilege at all is a refusal, too; anything else that is refused would tell that the row is there
      const refused = done.rows === 0 || done.code === '42501';
      this.say(attack, `${place}${detail}`, refused ? undefined : `reaches a foreign row (${words(done)})`);
    };
    await unseen('select', '', this.select(theirs));
    await unseen('select', ', whoever is not mine', {
      text: `select 1 from ${target.name} where ${this.tenant.map((column, index) => `${column} <> $${index + 1}`).join(' or ')}`,
      values: this.tenant.map((column) => this.mine[column]),
    });
    await unseen('update', '', this.update(theirs, false));
    await unseen('update', ', returning', this.update(theirs, true));
    await unseen('delete', '', this.remove(theirs));
    await unseen('merge', '', this.merge(theirs));
    if (target.updatable.length)
      await unseen('select', ', for update', {
        ...this.select(theirs),
        text: `${this.select(theirs).text} for update`,
      });

    const move = await this.try({
      text: `update ${target.name} set ${this.tenant.map((column, index) => `${column} = $${index + 1}`).join(', ')} where ${this.isKey(this.tenant.length)}`,
      values: [...this.tenant.map((column) => theirs[column]), ...this.keyValues(this.mine)],
    });
    this.say(
      'update',
      `own row moved to ${place}`,
      move.code === '42501' ? undefined : `a row can be moved (${words(move)})`,
    );

    if (!target.insertable.length) return;
    const planted = { ...this.fresh(), ...this.pick(theirs, this.tenant) };
    for (const capability of ['user', 'operator'] as const) {
      const done = await this.try(this.insert(planted), { ...this.context(), capability });
      this.say(
        'insert',
        `${place}, as ${capability}`,
        done.code === '42501' ? undefined : `a row can be planted (${words(done)})`,
      );
    }
    const upsert = await this.try({
      ...this.insert({ ...planted, ...this.pick(theirs, target.key) }),
      suffix: this.onConflict(),
    });
    this.say(
      'upsert',
      place,
      upsert.code === '42501' ? undefined : `a foreign row can be overwritten (${words(upsert)})`,
    );
    await this.uniqueKeys(place, theirs);
    await this.references(place, stage, theirs);
  }

  /** Without a context, with one that names another account under the same signature, and without a workspace: nothing, or 42501. */
  private async without(): Promise<void> {
    const none = await this.try(this.select(this.mine), null);
    this.say('select', 'no context', none.rows === 0 ? undefined : `is seen without a context (${words(none)})`);
    const forged = await this.try({ ...this.select(this.mine), before: FORGE });
    this.say(
      'select',
      'forged context',
      forged.code === '42501' ? undefined : `a forged context is not refused (${words(forged)})`,
    );
    if (this.target.scope === 'account') return;
    const outside = await this.try(this.select(this.mine), { ...this.context(), workspaceId: '' });
    this.say(
      'select',
      'no workspace',
      outside.rows === 0 ? undefined : `is seen without a workspace (${words(outside)})`,
    );
  }

  /** A row of one's own may have the very ids of a foreign one: whether they are taken is not told. */
  private async uniqueKeys(place: string, theirs: Row): Promise<void> {
    for (const columns of [this.target.key, ...this.target.unique]) {
      const free = columns.filter(
        (column) =>
          !this.tenant.includes(column) && !this.target.references.some((one) => one.columns.includes(column)),
      );
      // a month, or a price, is everybody's: what both have names nothing foreign
      if (!free.length || free.every((column) => theirs[column] === this.mine[column])) continue;
      const done = await this.try(this.insert({ ...this.fresh(), ...this.pick(theirs, free) }));
      this.say(
        'reference',
        `${place}, the same ${columns.join(', ')}`,
        done.rows === 1 ? undefined : `tells that an id is taken elsewhere (${words(done)})`,
      );
    }
  }

  /** A foreign row cannot be referred to, and is refused as one that does not exist is. */
  private async references(place: string, stage: Stage, theirs: Row): Promise<void> {
    for (const { columns, table, targets } of this.target.references) {
      const free = columns.filter((column) => !this.tenant.includes(column) && this.target.insertable.includes(column));
      if (!free.length) continue;
      // a row of another workspace is one's own where the table that is referred to knows only accounts
      if (place === 'another workspace' && !targets.includes('workspace_id')) continue;
      const foreignId = Object.fromEntries(
        free.map((column) => [column, stage.id(table) ?? theirs[column]]).filter(([, value]) => value !== null),
      );
      const missing = Object.fromEntries(free.map((column) => [column, newId()]));
      const [one, other] = [
        await this.try(this.insert({ ...this.fresh(), ...foreignId })),
        await this.try(this.insert({ ...this.fresh(), ...missing })),
      ];
      const same = one.code === '23503' && other.code === '23503' && one.message === other.message;
      this.say(
        'reference',
        `${place}, ${free.join(', ')}`,
        same ? undefined : `a foreign row is told from a missing one (${words(one)}; missing: ${words(other)})`,
      );
    }
  }

  private say(attack: string, detail: string, failure: string | undefined): void {
    this.report.add('row', this.target.name, attack, detail, failure);
  }

  private context(): SignedContext {
    const { account, workspace } = this.own;
    return {
      accountId: account.id,
      workspaceId: this.target.scope === 'workspace' ? workspace.id : '',
      userId: '',
      capability: 'user',
    };
  }

  /** The context that may write a fresh row; for the accounts themselves that of a new account, which the operator makes. */
  private contextFor(row: Row): SignedContext {
    if (row['account_id'] === this.own.account.id) return this.context();
    return { accountId: String(row['account_id']), workspaceId: '', userId: '', capability: 'operator' };
  }

  /** A further row of one's own. */
  private fresh(): Row {
    const row = Object.fromEntries(this.target.insertable.map((column) => [column, this.mine[column]]));
    const alone = this.target.key.length === 1 && this.target.key[0] === 'account_id';
    const ids = Object.fromEntries(
      Object.entries(this.spare).map(([column, value]) => [column, this.isId(column) ? newId() : value]),
    );
    return { ...row, ...ids, ...(alone && { account_id: newId() }) };
  }

  private isId(column: string): boolean {
    return (
      this.target.types[column] === 'uuid' && !this.target.references.some(({ columns }) => columns.includes(column))
    );
  }

  private pick(row: Row, columns: readonly string[]): Row {
    return Object.fromEntries(columns.map((column) => [column, row[column]]));
  }

  private isKey(after = 0): string {
    return this.target.key.map((column, index) => `${column} = $${index + 1 + after}`).join(' and ');
  }

  private keyValues(row: Row): unknown[] {
    return this.target.key.map((column) => row[column]);
  }

  private select(row: Row): Statement {
    return { text: `select 1 from ${this.target.name} where ${this.isKey()}`, values: this.keyValues(row) };
  }

  private update(row: Row, returning: boolean): Statement {
    const [column = this.target.readable.at(-1) ?? 'account_id'] = this.target.updatable;
    const suffix = returning ? ` returning ${this.target.key.join(', ')}` : '';
    return {
      text: `update ${this.target.name} set ${column} = ${column} where ${this.isKey()}`,
      values: this.keyValues(row),
      suffix,
    };
  }

  private remove(row: Row): Statement {
    return { text: `delete from ${this.target.name} where ${this.isKey()}`, values: this.keyValues(row) };
  }

  private merge(row: Row): Statement {
    const [column = 'account_id'] = this.target.updatable;
    return {
      text: `merge into ${this.target.name} t using (select 1) one on ${this.target.key.map((name, index) => `t.${name} = $${index + 1}`).join(' and ')}
        when matched then update set ${column} = t.${column}`,
      values: this.keyValues(row),
    };
  }

  private insert(row: Row): Statement {
    const columns = this.target.insertable.filter((column) => column in row);
    const bound = columns.map((column, index) => `$${index + 1}::${this.target.types[column]}`);
    const values = columns.map((column) =>
      // a list goes to a column of lists as it is, and an object to one of JSON as its text
      isPlain(row[column]) ? JSON.stringify(row[column]) : row[column],
    );
    return { text: `insert into ${this.target.name} (${columns.join(', ')}) values (${bound.join(', ')})`, values };
  }

  private onConflict(): string {
    const [column] = this.target.updatable;
    return ` on conflict (${this.target.key.join(', ')}) do ${column ? `update set ${column} = excluded.${column}` : 'nothing'}`;
  }

  /** Runs one statement in a transaction that is rolled back. */
  private async try(
    { text, values, suffix = '', before }: Statement,
    context: SignedContext | null = this.context(),
  ): Promise<Outcome> {
    return this.pool.using(context, async (connection: TenantConnection) => {
      await connection.query('start transaction');
      try {
        if (before) await connection.query(before, [newId()]);
        const { rowCount } = await connection.query(`${text}${suffix}`, values);
        return { rows: rowCount ?? 0, code: undefined, message: '' };
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        return { rows: -1, code, message };
      } finally {
        await connection.query('rollback');
      }
    });
  }
}

/** What SQL in the application's own connection can do to the context: name another account under the signature there is. */
const FORGE = "select set_config('app.current_account_id', $1, true)";

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly suffix?: string;
  /** Run first, with a fresh id. */
  readonly before?: string;
}

function words({ rows, code, message }: Outcome): string {
  return code ? `${code} ${message}` : `${rows} rows`;
}

function isPlain(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
