// Builds only where the sources are newer than what was built, and says nothing: for commands whose output is read by others.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';

const newest = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .reduce(
      (latest, entry) => Math.max(latest, statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).mtimeMs),
      0,
    );

const built = statSync('dist/apps/cli/src/main.js', { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (Math.max(newest('apps'), newest('libs')) > built) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [
    'node_modules/@nestjs/cli/bin/nest.js',
    'build',
    'api',
  ]);
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`);
    process.exit(status ?? 1);
  }
}
