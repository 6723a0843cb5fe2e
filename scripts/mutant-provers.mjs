// Processes that prove the product under mutations, for mutate.mjs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROVER = new URL('./isolation-mutant.mjs', import.meta.url).pathname;
/** A proof that takes longer hangs: one that stops at the first failure, and one of the whole product. */
const SECONDS = { first: 240, whole: 1_200 };
/** Each mutation leaves its modules behind. */
const MUTATIONS_OF_A_PROCESS = 30;
const LINES_KEPT = 3;

/** Proves the product under mutations; processes are kept, because loading the packages costs more than most proofs. */
export class MutantProvers {
  idle = [];

  /** @param edits of every mutation there will be, each a list. */
  constructor(edits) {
    this.folder = mkdtempSync(join(tmpdir(), 'bulkhead-mutations-'));
    this.file = join(this.folder, 'edits.json');
    const distinct = [...new Set(edits.map((list) => JSON.stringify(list)))];
    this.numbers = new Map(distinct.map((text, number) => [text, number]));
    writeFileSync(this.file, `[${distinct.join(',')}]`);
  }

  /** What a proof found under a mutation: `{ by, passed, failures, coverage }`. */
  async prove({ edits, ...mutation }) {
    const prover = this.idle.pop() ?? (await this.start());
    const { child } = prover;
    const timer = setTimeout(() => child.kill('SIGKILL'), SECONDS[mutation.whole ? 'whole' : 'first'] * 1_000);
    child.send({ ...mutation, number: this.numbers.get(JSON.stringify(edits)) });
    const found = await Promise.race([
      once(child, 'message').then(([message]) => message),
      once(child, 'exit').then(() => undefined),
    ]);
    clearTimeout(timer);
    prover.proofs += 1;
    if (found && prover.proofs < MUTATIONS_OF_A_PROCESS) this.idle.push(prover);
    else child.disconnect?.();
    return found ?? { by: { boot: prover.words.join(' ') || 'the process ended' } };
  }

  async start() {
    const child = fork(PROVER, {
      execArgv: ['--import', './libs/testing/mutation-hook.mjs'],
      env: { ...process.env, BULKHEAD_MUTATIONS: this.file },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const prover = { child, words: [], proofs: 0 };
    child.stderr.on('data', (part) => {
      prover.words = [...prover.words, ...String(part).split('\n').filter(Boolean)].slice(-LINES_KEPT);
    });
    await once(child, 'message');
    return prover;
  }

  /** Ends the processes that wait. */
  end() {
    for (const { child } of this.idle) child.disconnect();
    rmSync(this.folder, { recursive: true });
  }
}
