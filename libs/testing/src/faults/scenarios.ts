import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CuttingProxy } from './cutting-proxy.js';
import type { FaultWorld } from './fault-world.js';

/** One way in which something goes wrong. */
export interface Scenario {
  readonly name: string;
  /** Lets it happen. @returns one line for everything that is wrong, and what was seen */
  run(faults: FaultWorld): Promise<{ readonly wrong: string[]; readonly seen: string }>;
}

const APP_BACKENDS = `from pg_stat_activity where datname = current_database() and usename = 'bulkhead_app'`;
const MINUTES_5 = 5 * 60_000;

/** The API's process has to stay the same and alive whatever happens to its database. */
async function stayingUp(
  faults: FaultWorld,
  fault: Parameters<FaultWorld['during']>[0],
): ReturnType<FaultWorld['during']> {
  const { api } = faults;
  const { wrong, seen } = await faults.during(fault);
  if (!api.isAlive) wrong.push('the process went down');
  return { wrong, seen };
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'the process killed at random moments, five times',
    run: (faults) =>
      faults.during(async (writers) => {
        for (let time = 0; time < 5; time += 1) {
          await sleep(Math.random() * 700);
          await faults.startApi();
          await writers.reach(10);
        }
      }),
  },
  ...(['fast', 'immediate'] as const).map(
    (mode): Scenario => ({
      name: `PostgreSQL restarted, ${mode}`,
      run: (faults) => stayingUp(faults, () => faults.server.restart(mode)),
    }),
  ),
  {
    name: 'server processes killed, idle and busy',
    run: (faults) =>
      stayingUp(faults, async (writers) => {
        for (let time = 0; time < 10; time += 1) {
          await faults.rows(`select pg_terminate_backend(pid) ${APP_BACKENDS} order by random() limit 2`);
          await writers.reach(5);
        }
        await faults.rows(`select pg_terminate_backend(pid) ${APP_BACKENDS} and state = 'idle'`);
      }),
  },
  ...(['after context', 'after commit'] as const).map(
    (cut): Scenario => ({
      name:
        cut === 'after commit'
          ? 'the connection cut after COMMIT, before its answer'
          : 'the connection cut between context and statement',
      run: async (faults) => {
        const direct = faults.connections;
        const [cell] = direct.cells;
        const proxy = await CuttingProxy.start(Number(new URL(cell?.appUrl ?? '').port));
        const cells = direct.cells.map((one) => ({ ...one, appUrl: proxy.through(one.appUrl) }));
        try {
          await faults.startApi({ connections: { ...direct, cells } });
          const { wrong, seen } = await stayingUp(faults, async (writers) => {
            for (let time = 1; time <= 10; time += 1) {
              proxy.cutNext(cut);
              for (let waited = 0; proxy.cuts < time && waited < 5_000; waited += 20) await sleep(20);
              await writers.reach(3);
            }
          });
          if (proxy.cuts < 10) wrong.push(`only ${proxy.cuts} of 10 connections came to the place where they are cut`);
          return { wrong, seen: `${proxy.cuts} cut; ${seen}` };
        } finally {
          await faults.startApi();
          proxy.stop();
        }
      },
    }),
  ),
  {
    name: 'the pool exhausted',
    run: async (faults) => {
      await faults.startApi({ variables: { DATABASE_POOL_SIZE: '2' } });
      try {
        const { wrong, seen } = await stayingUp(faults, () => holdTable(faults, 7));
        if (!seen.includes('database_busy')) wrong.push('nobody was told that the pool is exhausted');
        return { wrong, seen };
      } finally {
        await faults.startApi();
      }
    },
  },
  {
    name: 'statements that time out',
    run: async (faults) => {
      const [row] = await faults.rows<{ name: string }>('select current_database() as name');
      const setting = `alter role bulkhead_app in database ${row?.name}`;
      await faults.rows(`${setting} set statement_timeout = '500ms'`);
      await faults.startApi({ variables: { DATABASE_POOL_SIZE: '16' } });
      try {
        const { wrong, seen } = await stayingUp(faults, () => holdTable(faults, 4));
        if (!seen.includes('contended')) wrong.push('no statement timed out');
        return { wrong, seen };
      } finally {
        await faults.rows(`${setting} reset statement_timeout`);
        await faults.startApi();
      }
    },
  },
  { name: 'the disk full', run: fillDisk },
  ...[-MINUTES_5, MINUTES_5].map(
    (clock): Scenario => ({
      name: `the clock five minutes ${clock < 0 ? 'slow' : 'fast'}`,
      run: (faults) => readWithClock(faults, clock),
    }),
  ),
];

/** Keeps everybody from writing documents for so many seconds. */
async function holdTable(faults: FaultWorld, seconds: number): Promise<void> {
  await faults.rows(
    `do $$ begin lock table documents in access exclusive mode; perform pg_sleep(${Number(seconds)}); end $$`,
  );
}

/** Documents live on a disk of a few megabytes while it fills up, and go on once there is room again. */
async function fillDisk(faults: FaultWorld): Promise<{ wrong: string[]; seen: string }> {
  const disk = join(tmpdir(), `bulkhead-small-disk-${process.pid}`);
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0755', 'tmpfs', disk], { stdio: 'pipe' });
  } catch (error) {
    rmSync(disk, { recursive: true });
    return {
      wrong: [`a small disk could not be mounted, which needs root on Linux: ${(error as Error).message}`],
      seen: '',
    };
  }
  const filler = join(disk, 'filler');
  try {
    const [server] = await faults.rows<{ folder: string }>(`select current_setting('data_directory') as folder`);
    const { uid, gid } = statSync(server?.folder ?? '');
    const folder = join(disk, 'tablespace');
    mkdirSync(folder);
    chownSync(folder, uid, gid);
    await faults.rows(`create tablespace small_disk location '${folder}'`);
    await faults.rows('alter table documents set tablespace small_disk');
    const { wrong, seen } = await stayingUp(faults, async (writers) => {
      writeFileSync(filler, Buffer.alloc(16 * 2 ** 20));
      // what is left of the disk goes with what is written; a filler of the rest makes it quick
      for (let size = 2 ** 20; size >= 4096; size /= 2) {
        for (;;) {
          try {
            writeFileSync(`${filler}-${size}-${Math.random()}`, Buffer.alloc(size));
          } catch {
            break;
          }
        }
      }
      const before = writers.refusals.length;
      for (let waited = 0; writers.refusals.length < before + 20 && waited < 20_000; waited += 50) await sleep(50);
      execFileSync('sh', ['-c', `rm -f ${filler}*`]);
    });
    if (seen.includes(' 0 refused')) wrong.push('nobody was refused: the disk was never full');
    return { wrong, seen };
  } finally {
    await faults.rows('alter table documents set tablespace pg_default').catch(() => undefined);
    await faults.rows('checkpoint').catch(() => undefined);
    await faults.rows('drop tablespace if exists small_disk').catch(() => undefined);
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  }
}

/** With a clock that is off, a list holds its rows or is refused with 503: it is never empty. */
async function readWithClock(faults: FaultWorld, clock: number): Promise<{ wrong: string[]; seen: string }> {
  const { token } = await faults.destination();
  await faults.startApi({ clock });
  try {
    const wrong: string[] = [];
    const statuses: number[] = [];
    for (let time = 0; time < 20; time += 1) {
      const answer = await fetch(`http://127.0.0.1:${faults.api.port}/v1/documents`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const body = (await answer.json()) as { items?: unknown[]; code?: string };
      statuses.push(answer.status);
      // a token of a clock that is fast may be from the future to it, or over
      const refused = (answer.status === 503 && body.code === 'context_rejected') || answer.status === 401;
      if (answer.status === 200 ? !body.items?.length : !refused)
        wrong.push(`answered ${answer.status} ${body.code ?? 'with nothing in it'}`);
    }
    const ready = await fetch(`http://127.0.0.1:${faults.api.port}/health/ready`);
    if (ready.status !== 503) wrong.push(`it says that it is ready (${ready.status})`);
    if (!faults.api.isAlive) wrong.push('the process went down');
    return { wrong, seen: `answers ${[...new Set(statuses)].join(', ')}; not ready` };
  } finally {
    await faults.startApi();
  }
}
