import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../worker/src/main.js', import.meta.url));
const AGAIN_AFTER_MS = 5_000;
const TIMEOUT_MS = 10_000;

/**
 * Runs a worker beside the API, and another one where it ends. It hangs on the API by its channel: an API that is killed takes
 * it along.
 *
 * @returns ends it, and comes back when it has.
 */
export function runWorker(): () => Promise<void> {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  const begin = () => {
    child = fork(PROGRAM, ['--beside-api'], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--enable-source-maps'],
    });
    child.once('exit', () => {
      child = undefined;
      if (!stopping) timer = setTimeout(begin, AGAIN_AFTER_MS).unref();
    });
  };
  begin();
  return async () => {
    stopping = true;
    clearTimeout(timer);
    const ending = child;
    if (!ending) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGTERM');
    const late = setTimeout(() => ending.kill('SIGKILL'), TIMEOUT_MS);
    await ended;
    clearTimeout(late);
  };
}
