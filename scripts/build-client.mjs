// Builds clients/typescript/dist: JavaScript without comments, declarations with them. Fails where the JavaScript of the package is
// 25 kB or more, or the package needs others.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';

const FOLDER = 'clients/typescript';
const MOST_BYTES = 25_000;
const tsc = (...more) =>
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', FOLDER, ...more], { stdio: 'inherit' });

rmSync(`${FOLDER}/dist`, { recursive: true, force: true });
tsc('--declaration', 'false', '--removeComments');
tsc('--emitDeclarationOnly');

const { dependencies, peerDependencies } = JSON.parse(readFileSync(`${FOLDER}/package.json`, 'utf8'));
const bytes = readdirSync(`${FOLDER}/dist`)
  .filter((name) => name.endsWith('.js'))
  .reduce((sum, name) => sum + statSync(`${FOLDER}/dist/${name}`).size, 0);
console.log(`${FOLDER}: ${bytes} bytes of JavaScript`);
const problems = [
  bytes >= MOST_BYTES && `it has ${bytes} bytes of JavaScript; ${MOST_BYTES} are too many`,
  (dependencies || peerDependencies) && 'it needs other packages',
].filter(Boolean);
for (const problem of problems) console.error(`${FOLDER}: ${problem}`);
process.exit(problems.length ? 1 : 0);
