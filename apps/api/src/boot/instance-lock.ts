import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '#libs/context';

/**
 * Keeps a second Bulkhead from using the same embedded server: the first would stop it under the second's feet. A process
 * that was killed leaves its lock behind; it is taken over.
 *
 * @returns gives the lock back.
 */
export async function lockInstance(dataDirectory: string): Promise<() => Promise<void>> {
  const path = join(dataDirectory, 'bulkhead.pid');
  const own = `${process.pid} ${await startedAt(process.pid)}`;
  const holder = await readFile(path, 'utf8').catch(() => '');
  const [pid = ''] = holder.split(' ');
  if (pid && holder === `${pid} ${await startedAt(Number(pid))}`) {
    throw new ConfigurationError([
      `A Bulkhead (process ${pid}) uses ${dataDirectory} already. Stop it, or set DATA_DIR to another folder.`,
    ]);
  }
  await writeFile(path, own);
  return () => rm(path, { force: true });
}

/** Tells two processes with the same number apart: when one began, in clock ticks since boot (proc(5), field 22). */
async function startedAt(pid: number): Promise<string> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'gone';
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // elsewhere than on Linux the number alone has to do
  return stat ? (stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? 'alive') : 'alive';
}
