import { contextKey, type Connections, signContext } from '#libs/database';
import pg from 'pg';
import { type Sailor, strangerIn } from './storm-world.js';

/** What the storm would have found had the context been set for the session. */
export interface SessionControl {
  readonly asked: number;
  /** Answers that held another account's rows. */
  readonly foreign: number;
}

const ASKED = 1_000;
const AT_ONCE = 16;

/**
 * The control of the storm: the same rows read by people who take turns on a few connections, with the context set for the
 * session (`set_config(…, false)`) in a statement before, as applications often do. Answers with somebody else's canary must
 * be found, or the storm could not have found any either.
 *
 * @param url of the application's role, through the pooler where there is one; each person has a connection to that.
 */
export async function leaksOfSessionSettings(
  url: string,
  { secret }: Connections,
  cell: string,
  sailors: readonly Sailor[],
  pooled: boolean,
): Promise<SessionControl> {
  const key = contextKey(secret, cell);
  const pool = new pg.Pool({ connectionString: url, max: pooled ? AT_ONCE : 4 });
  pool.on('error', () => undefined);
  let [asked, foreign] = [0, 0];
  const ask = async (sailor: Sailor, query: (text: string, values?: unknown[]) => Promise<pg.QueryResult>) => {
    const { accountId, workspaceId } = sailor;
    const context = { accountId, workspaceId, userId: '', capability: 'job' };
    await query(
      `select set_config('app.current_account_id', $1, false), set_config('app.current_workspace_id', $2, false),
         set_config('app.current_user_id', '', false), set_config('app.context_signature', $3, false)`,
      [accountId, workspaceId, signContext(key, context, null, Date.now())],
    );
    const { rows } = await query('select title from documents limit 5');
    if (strangerIn(JSON.stringify(rows), sailor, 'workspace', false)) foreign += 1;
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (asked < ASKED) {
        const sailor = sailors[asked++ % sailors.length] as Sailor;
        // one borrows anew for each statement; behind a pooler the connection is not one's own even so
        if (!pooled) await ask(sailor, (text, values) => pool.query(text, values));
        else {
          const client = await pool.connect();
          await ask(sailor, (text, values) => client.query(text, values)).finally(() => client.release());
        }
      }
    }),
  );
  await pool.end();
  return { asked, foreign };
}
