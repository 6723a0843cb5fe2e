import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Names of the files of the project, those that are not committed yet included. */
export const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((name) => name && existsSync(name))
  .sort();

/** Returns the text of a file. */
export const read = (name) => readFileSync(name, 'utf8');
