import { randomBytes, randomInt } from 'node:crypto';
import { newId } from '#libs/context';
import type { ProofWorld, Stage } from './proof-world.js';

/** What the catalog says of one tenant table, and what the attacks are made from. */
export interface Target {
  readonly name: string;
  readonly scope: 'account' | 'workspace';
  readonly key: readonly string[];
  readonly readable: readonly string[];
  readonly insertable: readonly string[];
  readonly updatable: readonly string[];
  readonly deletable: boolean;
  readonly types: Readonly<Record<string, string>>;
  /** Columns that name a row and say why no key holds them to it. */
  readonly unkeyed: readonly string[];
  /** Columns of each unique key beyond the primary one; where it is of an expression, those that the expression names. */
  readonly unique: readonly (readonly string[])[];
  readonly references: readonly {
    readonly columns: readonly string[];
    readonly table: string;
    readonly targets: readonly string[];
  }[];
}

/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>;
const CATALOG = `select t.name::text as name, t.scope,
    (select json_agg(a.attname order by k.n) from pg_index i, unnest(i.indkey::int[]) with ordinality k (attnum, n), pg_attribute a
      where i.indrelid = t.name and i.indisprimary and a.attrelid = t.name and a.attnum = k.attnum) as key,
    coalesce((select json_agg(columns) from (select json_agg(a.attname order by k.n) as columns
      from pg_index i, unnest(i.indkey::int[]) with ordinality k (attnum, n), pg_attribute a
      where i.indrelid = t.name and i.indisunique and not i.indisprimary and a.attrelid = t.name
        and (a.attnum = k.attnum or k.attnum = 0 and exists (select from pg_depend d
          where d.objid = i.indexrelid and d.refobjid = t.name and d.refobjsubid = a.attnum))
      group by i.indexrelid) u), '[]') as unique,
    coalesce((select json_agg(a.attname) filter (where has_column_privilege('bulkhead_app', t.name, a.attnum, 'select') and a.attgenerated = '') from pg_attribute a
      where a.attrelid = t.name and a.attnum > 0 and not a.attisdropped), '[]') as readable,
    coalesce((select json_agg(a.attname) filter (where has_column_privilege('bulkhead_app', t.name, a.attnum, 'insert')) from pg_attribute a
      where a.attrelid = t.name and a.attnum > 0 and not a.attisdropped), '[]') as insertable,
    coalesce((select json_agg(a.attname) filter (where has_column_privilege('bulkhead_app', t.name, a.attnum, 'update')) from pg_attribute a
      where a.attrelid = t.name and a.attnum > 0 and not a.attisdropped), '[]') as updatable,
    coalesce((select json_agg(a.attname) from pg_attribute a where a.attrelid = t.name and a.attnum > 0
      and col_description(t.name, a.attnum) like '%(no key: %'), '[]') as unkeyed,
    has_table_privilege('bulkhead_app', t.name, 'delete') as deletable,
    (select json_object_agg(a.attname, format_type(a.atttypid, null)) from pg_attribute a
      where a.attrelid = t.name and a.attnum > 0 and not a.attisdropped) as types,
    coalesce((select json_agg(json_build_object('table', c.confrelid::regclass::text,
      'columns', (select json_agg(a.attname order by k.n) from unnest(c.conkey) with ordinality k (attnum, n), pg_attribute a
        where a.attrelid = c.conrelid and a.attnum = k.attnum),
      'targets', (select json_agg(a.attname order by k.n) from unnest(c.confkey) with ordinality k (attnum, n), pg_attribute a
        where a.attrelid = c.confrelid and a.attnum = k.attnum)))
      from pg_constraint c where c.conrelid = t.name and c.contype = 'f'), '[]') as references
  from app.tenant_tables t order by t.name`;

/**
 * The tenant tables of a cell. A column called after a table is taken to refer to it, key or no key: a key that was forgotten
 * must not take its own attack away.
 */
export async function targetsIn({ past, tables }: ProofWorld, cell: string): Promise<Target[]> {
  const targets = await past.rows<Target & Record<string, unknown>>(cell, CATALOG);
  return targets.map((target) => {
    const loose = Object.keys(target.types).flatMap((column) => {
      const named = tables.find(({ name }) => `${name.replace(/s$/, '')}_id` === column);
      const known = target.references.some(({ columns }) => columns.includes(column));
      if (!named || known || target.unkeyed.includes(column) || tenantColumns(target).includes(column)) return [];
      const tenant = tenantColumns(named).filter((one) => one in target.types);
      return [{ columns: [...tenant, column], table: named.name, targets: [...tenant, 'id'] }];
    });
    return { ...target, references: [...target.references, ...loose] };
  });
}

/** A row of a table at a stage, read past all policies; undefined where it has none. */
export async function sampleRow(
  { past }: ProofWorld,
  { name, scope }: Target,
  { account, workspace }: Stage,
): Promise<Row | undefined> {
  const inWorkspace = scope === 'workspace';
  const [found] = await past.rows<{ row: Row }>(
    account.place.cell,
    `select to_jsonb(t) as row from ${name} t where account_id = $1 ${inWorkspace ? 'and workspace_id = $2' : ''} order by 1 desc limit 1`,
    inWorkspace ? [account.id, workspace.id] : [account.id],
  );
  return found?.row;
}

/** Values for the key of a further row of one's own: fresh ids, and rows referred to that no row of the table refers to yet. */
export async function spareKey(
  { past }: ProofWorld,
  target: Target,
  { account, workspace }: Stage,
  mine: Row,
): Promise<Row> {
  const tenant = tenantColumns(target);
  const spare: Record<string, unknown> = {};
  for (const column of new Set([target.key, ...target.unique].flat())) {
    if (tenant.includes(column)) continue;
    const reference = target.references.find((one) => one.columns.includes(column));
    const parent = reference?.targets[reference.columns.indexOf(column)];
    if (reference && parent) {
      const inWorkspace = reference.targets.includes('workspace_id');
      const [unused] = await past.rows<{ id: unknown }>(
        account.place.cell,
        `select p.${parent} as id from ${reference.table} p where p.account_id = $1 ${inWorkspace ? 'and p.workspace_id = $2' : ''}
         and not exists (select from ${target.name} t where t.account_id = $1 and t.${column} = p.${parent}) limit 1`,
        inWorkspace ? [account.id, workspace.id] : [account.id],
      );
      spare[column] = unused?.id ?? mine[column];
    } else if (target.types[column] === 'uuid') spare[column] = newId();
    else if (target.types[column] === 'text') spare[column] = `spare.${newId()}`;
    else if (target.types[column] === 'timestamp with time zone')
      spare[column] = new Date(randomInt(2 ** 40)).toISOString();
    // the first of some month that nothing is of
    else if (target.types[column] === 'date') spare[column] = `${randomInt(1000, 1900)}-01-01`;
    // as JSON shows bytes: a mark and two digits each
    else if (target.types[column] === 'bytea') {
      const bytes = String(mine[column]).length / 2 - 1;
      spare[column] = `\\x${randomBytes(bytes).toString('hex')}`;
    }
  }
  return spare;
}

/** The columns that keep a table to one tenant. */
export function tenantColumns({ scope }: Pick<Target, 'scope'>): readonly string[] {
  return scope === 'workspace' ? ['account_id', 'workspace_id'] : ['account_id'];
}
