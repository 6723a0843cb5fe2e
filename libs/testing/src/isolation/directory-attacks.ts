import { newId } from '#libs/context';
import { TenantPool } from '#libs/database';
import type { ProofWorld } from './proof-world.js';
import type { Report } from './report.js';

interface DirectoryFunction {
  readonly name: string;
  readonly types: readonly string[];
  readonly volatile: boolean;
}

const FUNCTIONS = `select p.proname as name, p.provolatile = 'v' as volatile,
    coalesce((select json_agg(format_type(t, null) order by n) from unnest(p.proargtypes::oid[]) with ordinality a (t, n)), '[]') as types
  from pg_proc p where p.pronamespace = 'app'::regnamespace and has_function_privilege('bulkhead_directory', p.oid, 'execute') order by 1`;
const TABLES = `select format('%I.%I', n.nspname, t.relname) as name,
    (select json_agg(a.attname) from pg_attribute a where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) as columns
  from pg_class t join pg_namespace n on n.oid = t.relnamespace
  where n.nspname in ('public', 'app') and t.relkind in ('r', 'p') and t.relname <> 'migrations'`;

/** What the directory knows of people that must not come out, with the person it belongs to. */
const PERSONAL_VALUES = `select u.id as user, v.value from users u left join credentials c on c.user_id = u.id,
  lateral (values (u.id::text), (u.email), (u.email_key), (c.password_hash)) v (value) where v.value is not null`;

/**
 * The directory knows no tenant context. There the application reaches no table at all, and its functions, called without
 * arguments or for one person, give away no personal or secret value of another.
 */
export async function attackDirectory(world: ProofWorld, report: Report): Promise<void> {
  const { databases } = world.world;
  const { appUrl } = databases.connections.directory;
  const pool = new TenantPool({
    url: appUrl,
    key: undefined,
    size: 1,
    transactionPooler: false,
    nameStatements: false,
  });
  const { past } = world;
  const tables = await past.rows<{ name: string; columns: string[] }>('directory', TABLES);
  const functions = await past.rows<DirectoryFunction & Record<string, unknown>>('directory', FUNCTIONS);
  const secrets = await past.rows<{ user: string; value: string }>('directory', PERSONAL_VALUES);
  const attempt = (text: string, values: readonly unknown[] = []) =>
    pool.using(null, async (connection) => {
      await connection.query('start transaction');
      try {
        return { rows: (await connection.query(text, values)).rows, code: undefined };
      } catch (error) {
        return { rows: [], code: (error as { code?: string }).code };
      } finally {
        await connection.query('rollback');
      }
    });
  try {
    for (const { name, columns } of tables) {
      const [first = ''] = columns;
      const statements = {
        select: `select 1 from ${name}`,
        insert: `insert into ${name} default values`,
        update: `update ${name} set ${first} = ${first}`,
        delete: `delete from ${name}`,
        merge: `merge into ${name} using (select 1) one on true when matched then delete`,
      };
      for (const [attack, text] of Object.entries(statements)) {
        const { code } = await attempt(text);
        report.add(
          'row',
          `directory ${name}`,
          attack,
          'as the application',
          code === '42501' ? undefined : `is reached (${code ?? 'allowed'})`,
        );
      }
    }
    for (const { name, types, volatile } of functions) {
      // what a function changes is its caller's business; what it gives back is looked at here
      if (volatile) continue;
      const calls = {
        'no arguments': types.map(() => null),
        'ids of nobody': types.map((type) => sampleOf(type, newId())),
      };
      const typed = types.map((type, index) => `$${index + 1}::${type}`).join(', ');
      for (const [detail, values] of Object.entries(calls)) {
        const { rows } = await attempt(`select * from app.${name}(${typed})`, values);
        const found = rows.some((row) => Object.values(row).some((value) => value !== null));
        report.add(
          'row',
          `directory ${name}()`,
          'select',
          detail,
          found ? 'gives back rows that nobody asked for' : undefined,
        );
      }
      const { rows } = await attempt(
        `select * from app.${name}(${typed})`,
        types.map((type) => sampleOf(type, world.attacker.userId)),
      );
      const text = JSON.stringify(rows);
      const leaked = secrets.find(({ user, value }) => user !== world.attacker.userId && text.includes(value));
      report.add(
        'row',
        `directory ${name}()`,
        'select',
        'one person',
        leaked && 'gives away a value of another person',
      );
    }
    const control = await attempt('select * from app.find_user($1)', [world.attacker.userId]);
    report.add(
      'row',
      'directory find_user()',
      'select',
      'control',
      control.rows.length === 1 ? undefined : 'cannot be exercised: a person is not found',
    );
  } finally {
    await pool.end();
  }
}

function sampleOf(type: string, id: string): unknown {
  if (type === 'uuid') return id;
  if (type === 'integer') return 1_000;
  if (type.startsWith('timestamp')) return new Date();
  if (type === 'inet') return '127.0.0.1';
  if (type === 'jsonb') return '{}';
  if (type === 'boolean') return true;
  return 'nobody';
}
