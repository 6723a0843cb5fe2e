// Divides the isolation proof among several processes, each on its own copies of the databases.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Report, reportUntouched, TestServer } from '#libs/testing';

const PROVER = new URL('./isolation-prover.mjs', import.meta.url).pathname;
const LINES_KEPT = 20;

/**
 * Proves the product of `dist` with a process for each core.
 *
 * @param options of the proof; `seed` is required, so that every process divides the proof alike.
 * @param progress told after each task: `{ done, tasks, name }`.
 * @returns the report of all, and the surface where the catalogs were read
 */
export async function proveInParallel(options, progress) {
  const server = await TestServer.start();
  const report = new Report(options.seed);
  const run = new Run(report, options, server.handle, progress);
  try {
    await run.all(Math.max(2, availableParallelism()));
    return { report, surface: run.surface };
  } finally {
    await server.stop();
  }
}

class Run {
  surface;
  names = [];
  tables = [];
  queue;
  done = 0;
  touched = new Set();
  heard = new Set();

  constructor(report, options, handle, progress) {
    Object.assign(this, { report, options, handle, progress });
  }

  async all(processes) {
    await Promise.all(Array.from({ length: processes }, () => this.process()));
    if (!this.options.only && !this.options.without) reportUntouched(this.report, this.tables, this.touched);
  }

  /** One process after another until no task is left: the task at which one breaks off has failed, and the others go on. */
  async process() {
    while (!this.queue || this.queue.length) {
      const [task, words] = await this.prove();
      if (words === undefined) return;
      if (task === undefined) throw new Error(`A process of the proof could not begin:\n${words}`);
      this.report.broke(
        'http',
        this.names[task],
        'task',
        '',
        new Error(`the process ended in the middle of it:\n${words}`),
      );
    }
  }

  /** Starts a process and hands it tasks. Resolves to nothing where it ended in order, else to its task and its last words. */
  prove() {
    return new Promise((resolve) => {
      const env = { ...process.env, BULKHEAD_PROOF: JSON.stringify({ ...this.options, handle: this.handle }) };
      const child = fork(PROVER, {
        env,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: ['--enable-source-maps'],
      });
      const words = [];
      let current;
      let ended = false;
      child.stderr.on(
        'data',
        (part) =>
          words.push(...String(part).split('\n').filter(Boolean)).toString() &&
          words.splice(0, words.length - LINES_KEPT),
      );
      const next = () => {
        current = this.queue.shift();
        child.send(current === undefined ? { end: true } : { task: current });
      };
      child.on('message', (message) => {
        if (message.ready) {
          this.begin(message);
          return next();
        }
        this.take(message.checks);
        this.surface ??= message.surface;
        if (message.done !== undefined) {
          this.done += 1;
          this.progress({ done: this.done, tasks: this.names.length, name: this.names[message.done] });
          return next();
        }
        ended = message.ended;
        for (const table of message.touched) this.touched.add(table);
      });
      child.on('exit', (code, signal) =>
        resolve(ended ? [] : [current, [`exit code ${code ?? signal}`, ...words].join('\n')]),
      );
    });
  }

  begin({ tasks, tables }) {
    if (this.queue) return;
    this.names = tasks;
    this.tables = tables;
    this.queue = tasks.map((_, index) => index);
  }

  /** What several processes heard of one statement is one check. */
  take(checks) {
    for (const check of checks) {
      const key = check.kind === 'sql' && `${check.subject} ${check.detail} ${check.failure ?? ''}`;
      if (key && this.heard.has(key)) continue;
      if (key) this.heard.add(key);
      this.report.take(check);
    }
  }
}
