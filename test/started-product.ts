import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processVariables } from '#libs/context';

// The product as a process, from what the build before this ring made: node dist/apps/api/src/main.js

const folders: string[] = [];
const running: ChildProcess[] = [];
let prepared: Promise<string> | undefined;

/** Makes a folder, which {@link endAll} removes. */
export function folder(): string {
  const path = join(tmpdir(), `bulkhead-start-${Math.random().toString(36).slice(2)}`);
  mkdirSync(path, { mode: 0o755 });
  folders.push(path);
  return path;
}

/** Copies the data of a product that was started and ended before, without the demo: several times faster than a first start. */
export async function preparedData(): Promise<string> {
  prepared ??= prepare();
  const data = join(folder(), 'data');
  const { status, stderr } = spawnSync('cp', ['-a', await prepared, data], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The prepared data was not copied: ${stderr}`);
  return data;
}

async function prepare(): Promise<string> {
  const DATA_DIR = join(folder(), 'data');
  const started = start({ DATA_DIR, PORT: String(await freePort()) });
  await listening(started);
  started.process.kill('SIGINT');
  await started.ended;
  return DATA_DIR;
}

/** Holds a free port, without keeping this process from ending. */
export async function holdPort(): Promise<{ port: number; hold: Server }> {
  const hold = await serverOn(0);
  return { port: (hold.address() as { port: number }).port, hold: hold.unref() };
}

/** Returns a port that is free, as are the three after it, which the product uses by default. */
export async function freePort(): Promise<number> {
  for (;;) {
    const { port: found, hold } = await holdPort();
    const beside = await Promise.allSettled([1, 2, 3].map((offset) => serverOn(found + offset)));
    await Promise.all(beside.map((one) => one.status === 'fulfilled' && closed(one.value)));
    await closed(hold);
    if (beside.every(({ status }) => status === 'fulfilled')) return found;
  }
}

function serverOn(at: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(at, '127.0.0.1', () => resolve(server));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A product that was started. */
export interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Exit code, once it ended. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts the product without the demo and metrics.
 *
 * @param variables of its environment beside PATH.
 * @param command default the API as built.
 */
export function start(
  variables: Record<string, string>,
  [command, ...parameters]: readonly [string, ...string[]] = [process.execPath, 'dist/apps/api/src/main.js'],
): Started {
  const child = spawn(command, parameters, {
    env: {
      PATH: processVariables()['PATH'],
      DEMO: 'off',
      METRICS_PORT: '0',
      WORKER_METRICS_PORT: '0',
      ...variables,
    },
  });
  running.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return {
    process: child,
    output: () => output,
    ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
  };
}

/** Waits for a condition, which is asked every 50 ms. @throws {Error} after 20 s, with `words`. */
export async function until(condition: () => boolean | Promise<boolean>, words: () => string): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(words());
}

/** Resolves once the product listens. @throws {Error} with its output where it ends before, or takes longer than 20 s. */
export async function listening({ process: child, output }: Started): Promise<void> {
  const words = () => `It did not start:\n${output()}`;
  await until(() => output().includes('listens on') || child.exitCode !== null, words);
  if (child.exitCode !== null) throw new Error(words());
}

/** Returns whether a process runs. */
export const alive = (pid: number) => {
  try {
    // one that ended and was not waited for, in a container without init, has the state Z
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Returns the pid of the embedded PostgreSQL. */
export const postmaster = (data: string) =>
  Number(readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

/** Returns the pids of the workers that a process runs. Reads /proc of Linux. */
export function workersOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('worker'))
    .map(Number);
}

/** Ends what was started and removes its folders; for the end of a file. */
export async function endAll(): Promise<void> {
  for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
  await sleep(1_000);
  for (const path of folders) rmSync(path, { recursive: true, force: true });
}
