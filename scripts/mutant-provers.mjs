// Processes that prove the product under mutations, for mutate.mjs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROVER = new URL('./mutant-prover.mjs', import.meta.url).pathname;
/** Seconds after which a proof hangs: one that stops at the first failure, and one of the whole product. */
const SECONDS = { first: 240, whole: 1_200 };
/** Each mutation leaves its modules in memory. */
const MUTATIONS_OF_A_PROCESS = 30;
const LINES_KEPT = 3;

/** Proves the product under mutations. Processes are kept between them, because loading the packages costs more than most proofs. */
export class MutantProvers {
  idle = [];

  /** @param edits of every mutation that will be proved, each a list. */
  constructor(edits) {
    this.folder = mkdtempSync(join(tmpdir(), 'bulkhead-mutations-'));
    this.file = join(this.folder, 'edits.json');
    const distinct = [...new Set(edits.map((list) => JSON.stringify(list)))];
    this.numbers = new Map(distinct.map((text, number) => [text, number]));
    writeFileSync(this.file, `[${distinct.join(',')}]`);
  }

  /** Returns the findings of a proof under a mutation: `{ by, passed, failures, coverage }`; `by.broken` where the process did not end it. */
  async prove({ edits, ...mutation }) {
    const number = this.numbers.get(JSON.stringify(edits));
    if (number === undefined) throw new Error('These edits were not given to the constructor.');
    const prover = this.idle.pop() ?? (await this.start());
    const { child, ended } = prover;
    const timer = setTimeout(() => child.kill('SIGKILL'), SECONDS[mutation.whole ? 'whole' : 'first'] * 1_000);
    child.send({ ...mutation, number });
    const found = await Promise.race([once(child, 'message').then(([message]) => message), ended]);
    clearTimeout(timer);
    prover.proofs += 1;
    if (found && prover.proofs < MUTATIONS_OF_A_PROCESS) this.idle.push(prover);
    else if (child.connected) child.disconnect();
    return found ?? { by: { broken: prover.words.join(' ') || 'the process ended, or hung' } };
  }

  async start() {
    const child = fork(PROVER, {
      execArgv: ['--import', './libs/testing/mutation-hook.mjs'],
      env: { ...process.env, BULKHEAD_MUTANTS_FILE: this.file },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const prover = { child, words: [], proofs: 0, ended: once(child, 'exit').then(() => undefined) };
    child.stderr.on('data', (part) => {
      prover.words = [...prover.words, ...String(part).split('\n').filter(Boolean)].slice(-LINES_KEPT);
    });
    const isReady = await Promise.race([once(child, 'message'), prover.ended]);
    if (!isReady) throw new Error(`A process that proves mutations did not start: ${prover.words.join(' ')}`);
    return prover;
  }

  /** Ends the processes that wait. */
  end() {
    for (const { child } of this.idle) if (child.connected) child.disconnect();
    rmSync(this.folder, { recursive: true });
  }
}
