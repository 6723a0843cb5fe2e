import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

// `npm run new:module` reads and edits these.
const COPIED = [
  '.gitignore',
  'apps/api/src',
  'biome.json',
  'libs/roles/src',
  'migrations/cell',
  'test/isolation/example-module',
];

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bulkhead-module-'));
  for (const path of COPIED) cpSync(path, join(root, path), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const generate = (...parameters: string[]) =>
  spawnSync(process.execPath, [resolve('scripts/new-module.mjs'), ...parameters, '--files-only'], {
    cwd: root,
    encoding: 'utf8',
  });
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('npm run new:module writes a library, its migration and its tests under the new name, in the form of the project', () => {
  expect(generate('sprockets')).toMatchObject({ status: 0, stderr: '' });
  const [migration = ''] = readdirSync(join(root, 'migrations/cell')).filter((name) => name.endsWith('-sprockets.sql'));
  const written = [
    ...readdirSync(join(root, 'libs/sprockets/src')).map((name) => `libs/sprockets/src/${name}`),
    `migrations/cell/${migration}`,
    'test/sprockets.e2e-spec.ts',
  ];
  expect(written).toHaveLength(12);
  // nothing of the example is left
  for (const path of written) expect([path, read(path)]).not.toEqual([path, expect.stringMatching(/note/i)]);
  expect(read('libs/sprockets/src/sprockets.controller.ts')).toContain("permission: 'sprockets.write'");
  expect(read('libs/roles/src/roles.permissions.ts').match(/'sprockets\.\w+'/g)).toHaveLength(3);
  expect(read('apps/api/src/app.module.ts').match(/SprocketsModule/g)).toHaveLength(2);
  const newest = Math.max(...readdirSync('migrations/cell').map((name) => Number.parseInt(name, 10)));
  expect(Number.parseInt(migration, 10)).toBeGreaterThan(newest);
  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const { status, stdout, stderr } = spawnSync(process.execPath, [biome, 'check', '.'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
});

test.each([
  [[], 'npm run new:module'],
  [['Sprockets'], 'not one word'],
  [['client-sprockets'], 'not one word'],
  [['staff'], 'Give the singular'],
])('npm run new:module %j is refused with the reason, and writes nothing', (parameters, words) => {
  const { status, stderr } = generate(...parameters);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(words) });
  expect(readdirSync(join(root, 'libs'))).toEqual(['roles']);
});

test('npm run new:module refuses a name that is taken', () => {
  expect(generate('sprockets').status).toBe(0);
  const again = generate('sprockets');
  expect({ status: again.status, stderr: again.stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('libs/sprockets is there already'),
  });
});
