import type { KeyObject } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, deriveText } from '#libs/context';
import { rolePassword } from './connections.js';
import { type EmbeddedPlace, embeddedPlace, runAsServer, serverFolder } from './embedded-binaries.js';
import { asOperator } from './operator-client.js';
import { NotInstalledError } from './server.errors.js';

/** How the embedded server starts. */
export interface EmbeddedOptions {
  /** Folder for its data; absolute. */
  readonly dataDirectory: string;
  /** Port on 127.0.0.1; 0 takes the one used last, or a free one. */
  readonly port: number;
  readonly secret: KeyObject;
  /** Off for tests only: they lose nothing that matters when the machine stops. Default true. */
  readonly durable?: boolean;
  /** Makes the data where there is none. Default true. */
  readonly initialise?: boolean;
}

/** A running PostgreSQL of the product's own, on 127.0.0.1, for trying, developing and testing. */
export class EmbeddedServer {
  private constructor(
    private readonly place: EmbeddedPlace,
    private readonly data: string,
    /** Its administrator's URL, database `postgres`. */
    readonly adminUrl: URL,
    /** Whether it was running before, left by a process that was killed or by the API beside which a command runs. */
    readonly foundRunning: boolean,
  ) {}

  /**
   * Starts the server, making its data folder first where there is none, or takes over the one that runs on that folder.
   *
   * @throws {ConfigurationError} naming what stands in the way and the mend.
   */
  static async start(options: EmbeddedOptions): Promise<EmbeddedServer> {
    const place = await embeddedPlace(options.dataDirectory);
    const data = join(place.home, 'postgres');
    if (!(await exists(join(data, 'PG_VERSION')))) {
      if (options.initialise === false) throw new NotInstalledError(options.dataDirectory);
      await initialise(place, data, options.secret);
    }
    await assertSameSecret(data, options.secret);
    const running = await runningPort(data, options.secret);
    if (running) return new EmbeddedServer(place, data, adminUrl(running, options.secret), true);
    const port = await choosePort(data, options.port);
    await launch(place, data, port, options.durable ?? true);
    await writeFile(join(options.dataDirectory, 'postgres.port'), String(port));
    return new EmbeddedServer(place, data, adminUrl(port, options.secret), false);
  }

  /** The server that runs on a data folder, or undefined; starts nothing. */
  static async find(options: Pick<EmbeddedOptions, 'dataDirectory' | 'secret'>): Promise<EmbeddedServer | undefined> {
    const place = await embeddedPlace(options.dataDirectory);
    const data = join(place.home, 'postgres');
    const port = await runningPort(data, options.secret);
    return port ? new EmbeddedServer(place, data, adminUrl(port, options.secret), true) : undefined;
  }

  /**
   * Ends the server and every connection to it; what was committed stays.
   *
   * @param mode `immediate` ends it as a failing machine would, and the next start recovers. Default `fast`.
   */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    await runAsServer(this.place, this.place.pgCtl, ['stop', '-D', this.data, '-m', mode, '-w', '-s']).catch(
      async (error) => {
        if (await exists(join(this.data, 'postmaster.pid'))) throw error;
      },
    );
  }
}

function adminUrl(port: number, secret: KeyObject): URL {
  return new URL(`postgresql://postgres:${rolePassword(secret, 'postgres')}@127.0.0.1:${port}/postgres`);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function initialise(place: EmbeddedPlace, data: string, secret: KeyObject): Promise<void> {
  // made beside and renamed when whole: a process killed half way leaves nothing that looks like data
  const part = `${data}.new`;
  await rm(part, { recursive: true, force: true });
  await serverFolder(place, part);
  // in a folder that nobody else may enter: the password is the superuser's
  const secrets = await serverFolder(place, `${data}.initdb`);
  const passwordFile = join(secrets, 'password');
  await writeFile(passwordFile, rolePassword(secret, 'postgres'), { mode: 0o600 });
  if (place.user) await chown(passwordFile, place.user.uid, place.user.gid);
  try {
    await runAsServer(place, place.initdb, [
      `--pgdata=${part}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
    ]);
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
  await writeFile(`${data}.secret`, deriveText(secret, 'fingerprint'));
  await rename(part, data);
}

/** Refuses data whose passwords come from another secret, before the server refuses them one by one. */
async function assertSameSecret(data: string, secret: KeyObject): Promise<void> {
  const kept = await readFile(`${data}.secret`, 'utf8').catch(() => undefined);
  if (kept === undefined || kept === deriveText(secret, 'fingerprint')) return;
  throw new ConfigurationError([
    `${data} was made with another secret than the one now in use. Restore that secret, or delete the folder ${dirname(data)} to begin anew.`,
  ]);
}

/** The port of the server that runs on this data folder and takes our password. */
async function runningPort(data: string, secret: KeyObject): Promise<number | undefined> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    if (!pid || !(await isAlive(pid))) return undefined;
    if (port && (await servesFrom(data, port, secret))) return port;
    // starting, or stopping since the process before was interrupted
    await sleep(250);
  }
  throw new ConfigurationError([
    `A PostgreSQL holds ${data} and does not answer. End the process in the first line of postmaster.pid there, and start again.`,
  ]);
}

/** Whether a process runs. One that ended and was not waited for (a container without init) does not. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(stat);
}

async function servesFrom(data: string, port: number, secret: KeyObject): Promise<boolean> {
  try {
    return await asOperator(adminUrl(port, secret).href, async (client) => {
      const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
      return rows[0]?.folder === data;
    });
  } catch {
    return false;
  }
}

async function choosePort(data: string, wanted: number): Promise<number> {
  if (wanted) {
    if (await isFree(wanted)) return wanted;
    throw new ConfigurationError([
      `Port ${wanted} (EMBEDDED_POSTGRES_PORT) is taken by another program. Free it, give another, or leave it out for a free one.`,
    ]);
  }
  const last = Number(await readFile(join(data, '..', 'postgres.port'), 'utf8').catch(() => '0'));
  return last && (await isFree(last)) ? last : freePort();
}

/** Whether a port of 127.0.0.1 can be listened on now. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function launch(place: EmbeddedPlace, data: string, port: number, durable: boolean): Promise<void> {
  const log = join(await serverFolder(place, join(place.home, 'logs')), 'postgres.log');
  const settings = [
    `-c port=${port}`,
    '-c listen_addresses=127.0.0.1',
    "-c unix_socket_directories=''",
    '-c max_connections=120',
    // a signed context must not land in a log
    '-c log_parameter_max_length=0',
    '-c log_parameter_max_length_on_error=0',
    // nor rows, which hold names and addresses
    '-c log_error_verbosity=terse',
    ...(durable ? [] : ['-c fsync=off', '-c synchronous_commit=off', '-c full_page_writes=off']),
  ].join(' ');
  try {
    await runAsServer(place, place.pgCtl, ['start', '-D', data, '-l', log, '-o', settings, '-w', '-s', '-t', '30']);
  } catch {
    const last = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n    ');
    throw new ConfigurationError([`The embedded PostgreSQL did not start. Its log, ${log}, ends with:\n    ${last}`]);
  }
}
