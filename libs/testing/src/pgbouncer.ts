import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFree } from '#libs/database';

/** A pgbouncer in transaction mode in front of a server of 127.0.0.1, with three connections to each database. */
export class PgBouncer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /**
   * Starts the machine's pgbouncer for one role.
   *
   * @param target URL of any database of the server, with the role's name and password.
   * @throws {Error} where there is none on this machine, saying how to get one.
   */
  static async start(target: URL): Promise<PgBouncer> {
    const port = await freePort();
    const folder = join(tmpdir(), `bulkhead-pgbouncer-${process.pid}-${port}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'users.txt'), `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
    writeFileSync(
      join(folder, 'pgbouncer.ini'),
      `[databases]
* = host=127.0.0.1 port=${target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users.txt
pool_mode = transaction
default_pool_size = 3
`,
    );
    // pgbouncer does not run as root
    const root = process.getuid?.() === 0;
    const [, , uid, gid] =
      readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .find((line) => line.startsWith('nobody:'))
        ?.split(':') ?? [];
    for (const path of [folder, join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')]) {
      if (root) chownSync(path, Number(uid), Number(gid));
      else chmodSync(path, 0o700);
    }
    const child = spawn('pgbouncer', ['-q', ...(root ? ['-u', 'nobody'] : []), join(folder, 'pgbouncer.ini')], {
      stdio: 'inherit',
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', () =>
        reject(new Error('There is no pgbouncer on this machine. Debian: apt-get install pgbouncer')),
      );
    });
    for (let waited = 0; waited < 5_000 && (await isFree(port)); waited += 50) await sleep(50);
    return new PgBouncer(child, folder, port);
  }

  /** The same database through the pooler. */
  through(href: string): string {
    const url = new URL(href);
    url.port = String(this.port);
    return url.href;
  }

  stop(): void {
    this.process.kill('SIGINT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
