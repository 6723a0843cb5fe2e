import type { KeyObject } from 'node:crypto';
import { ConfigurationError, deriveText } from '#libs/context';
import { type Connections, rolePassword } from './connections.js';
import { asOperator, type OperatorClient } from './operator-client.js';

const OTHER_SECRET =
  'SECRET_KEY is not the one that this installation was made with. Nothing was changed. Give the one that it was made with';

/** What an installation keeps of its secret, to recognise it: derived, and of no use for finding it. */
function fingerprintOf(secret: KeyObject): string {
  return deriveText(secret, 'fingerprint');
}

/**
 * Refuses to change an installation that was made with another secret.
 *
 * @param adminUrl of whoever may read the directory, on the server that holds it.
 * @throws {ConfigurationError} naming what to do; nothing was changed.
 */
export async function assertSecretOfInstallation(adminUrl: string, { directory, secret }: Connections): Promise<void> {
  const { pathname } = new URL(directory.appUrl);
  const there = await asOperator(adminUrl, async (admin) => {
    const { rows } = await admin.query('select 1 from pg_database where datname = $1', [
      decodeURIComponent(pathname.slice(1)),
    ]);
    return rows.length > 0;
  });
  if (!there) return;
  const url = new URL(adminUrl);
  url.pathname = pathname;
  const kept = await asOperator(url.href, keptFingerprint);
  const isOther =
    kept === undefined ? !(await takesPassword(directory.appUrl, secret)) : kept !== fingerprintOf(secret);
  if (isOther) throw new ConfigurationError([`${OTHER_SECRET}.`]);
}

/** As {@link assertSecretOfInstallation}, over a connection of the directory's owner. */
export async function assertSecretOf(owner: OperatorClient, secret: KeyObject): Promise<void> {
  const kept = await keptFingerprint(owner);
  if (kept !== undefined && kept !== fingerprintOf(secret)) throw new ConfigurationError([`${OTHER_SECRET}.`]);
}

/** Keeps the fingerprint of the secret; does nothing where one is kept. */
export async function keepFingerprint(owner: OperatorClient, secret: KeyObject): Promise<void> {
  await owner.query('insert into app.installation (fingerprint) values ($1) on conflict (only_one) do nothing', [
    fingerprintOf(secret),
  ]);
}

/** What is wrong with the secret of this process, asked as the role of requests in the directory. */
export async function secretProblems(client: OperatorClient, secret: KeyObject): Promise<string[]> {
  const { rows: found } = await client.query<{ there: boolean }>(
    "select to_regprocedure('app.knows_secret(text)') is not null as there",
  );
  // the migrations that are missing are told of by themselves
  if (!found[0]?.there) return [];
  const { rows } = await client.query<{ known: boolean | null }>('select app.knows_secret($1) as known', [
    fingerprintOf(secret),
  ]);
  return rows[0]?.known ? [] : [OTHER_SECRET];
}

async function keptFingerprint(client: OperatorClient): Promise<string | undefined> {
  const { rows: found } = await client.query<{ there: boolean }>(
    "select to_regclass('app.installation') is not null as there",
  );
  if (!found[0]?.there) return undefined;
  const { rows } = await client.query<{ fingerprint: string }>('select fingerprint from app.installation');
  return rows[0]?.fingerprint;
}

/** Whether a database takes the password that derives from a secret: an installation from before fingerprints were kept. */
async function takesPassword(appUrl: string, secret: KeyObject): Promise<boolean> {
  const url = new URL(appUrl);
  url.password = rolePassword(secret, 'bulkhead_directory');
  return asOperator(url.href, async () => true).catch((error: { cause?: { code?: string } }) => {
    // 28P01: the password is wrong; 28000 and 3D000: the roles are not there yet
    if (error.cause?.code === '28P01') return false;
    return true;
  });
}
