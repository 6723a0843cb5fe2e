// Builds clients/typescript/dist: JavaScript without comments and white space, declarations with both. Fails where the JavaScript of the package is
// 25 kB or more, or the package needs others.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { minifySync } from '@swc/core';

const FOLDER = 'clients/typescript';
const MAX_BYTES = 25_000;
const tsc = (...more) =>
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', FOLDER, ...more], { stdio: 'inherit' });

rmSync(`${FOLDER}/dist`, { recursive: true, force: true });
tsc('--declaration', 'false');
tsc('--emitDeclarationOnly');

const { dependencies, peerDependencies } = JSON.parse(readFileSync(`${FOLDER}/package.json`, 'utf8'));
let bytes = 0;
for (const name of readdirSync(`${FOLDER}/dist`).filter((file) => file.endsWith('.js'))) {
  const path = `${FOLDER}/dist/${name}`;
  // names stay as they are: a stack trace is to be read
  const { code } = minifySync(readFileSync(path, 'utf8'), { module: true, compress: false, mangle: false });
  writeFileSync(path, code);
  bytes += Buffer.byteLength(code);
}
console.log(`${FOLDER}: ${bytes} bytes of JavaScript`);
const problems = [
  bytes >= MAX_BYTES && `it has ${bytes} bytes of JavaScript; ${MAX_BYTES} are too many`,
  (dependencies || peerDependencies) && 'it needs other packages',
].filter(Boolean);
for (const problem of problems) console.error(`${FOLDER}: ${problem}`);
process.exit(problems.length ? 1 : 0);
