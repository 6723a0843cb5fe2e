import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const SCAN = resolve('scripts/scan.mjs');
// put together here, so that the scan does not find it in this file
const TOKEN = ['xoxb', '263594206564', '2343594206574', 'FGqddMF8t08v8N7Oq4i57vs1'].join('-');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-scan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('CRY-09 secrets', () => {
  const secretsIn = (cwd: string) => spawnSync(process.execPath, [SCAN, 'secrets'], { cwd, encoding: 'utf8' });
  const git = (...parameters: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...parameters], {
      cwd: folder,
      env: { ...process.env, GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' },
      stdio: 'ignore',
    });

  test('no secret is in the repository, nor in its history', () => {
    const { stdout } = secretsIn(process.cwd());
    expect(stdout).toMatch(
      /^✓ secrets: 0 findings in \d{3,} files and \d+ versions in the history\n1 passed, 0 failed\n$/,
    );
  });

  test('one that was removed is found in the history, one that is not committed in the tree, each with its age', () => {
    git('init', '-q');
    writeFileSync(join(folder, 'removed.txt'), `line\n${TOKEN}\n`);
    git('add', '.');
    git('commit', '-qm', 'one');
    git('rm', '-q', 'removed.txt');
    git('commit', '-qm', 'two');
    writeFileSync(join(folder, 'new.txt'), `${TOKEN}\n`);
    writeFileSync(join(folder, 'zero.bin'), `\0${TOKEN}\n`);
    writeFileSync(join(folder, 'wide.txt'), Buffer.from(`${TOKEN}\n`, 'utf16le'));
    writeFileSync(join(folder, 'long.txt'), `${'long line\n'.repeat(250_000)}${TOKEN}\n`);
    writeFileSync(join(folder, 'quiet.txt'), `# secretlint-disable\n${TOKEN}\n`);
    const { stdout, status } = secretsIn(folder);
    expect(status).toBe(1);
    for (const [name, line] of [
      ['zero.bin', 1],
      ['wide.txt', 1],
      ['long.txt', 250_001],
      ['quiet.txt', 2],
    ])
      expect(stdout).toContain(`${name}:${line}: found slack token`);
    expect(stdout).toMatch(/new\.txt:1: found slack token.*; 0 hours old\n/);
    expect(stdout).toMatch(/removed\.txt:2 in commit [0-9a-f]+: found slack token.*; \d+ days old, overdue\n/);
    expect(stdout).not.toContain(TOKEN);
    expect(stdout).toMatch(/0 passed, 1 failed\n$/);
  });
});

test('OPS-06 static analysis finds promises that nobody waits for, slow patterns and code from texts', () => {
  const planted =
    'export const f = async () => 1;\nf();\nexport const r = /(a+)+$/;\nexport const g = (t: string) => eval(t);\n';
  const program = `const { ESLint } = await import('eslint');
    const [{ messages }] = await new ESLint().lintText(${JSON.stringify(planted)}, { filePath: 'libs/http/src/origin.ts' });
    console.log(messages.map(({ ruleId }) => ruleId).join(' '));`;
  const found = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  for (const rule of ['no-floating-promises', 'no-super-linear-backtracking', 'detect-eval-with-expression'])
    expect(found).toContain(rule);
});

describe('OPS-06 dependencies', () => {
  let server: Server;
  let status: number;

  beforeEach(async () => {
    status = 200;
    const packument = {
      name: 'minimist',
      'dist-tags': { latest: '0.0.1' },
      versions: { '0.0.1': { name: 'minimist', version: '0.0.1' } },
    };
    server = createServer(({ method }, answer) => {
      const advisory = { id: 1, title: 'Prototype Pollution', severity: 'critical', vulnerable_versions: '<1.0.0' };
      const url = 'https://github.com/advisories/GHSA-xxxx';
      answer.writeHead(status, { 'Content-Type': 'application/json' });
      const found = method === 'GET' ? packument : { minimist: [{ ...advisory, url }] };
      answer.end(JSON.stringify(status === 200 ? found : {}));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const dependencies = { minimist: '0.0.1' };
    const packages = {
      '': { name: 'x', version: '1.0.0', dependencies },
      'node_modules/minimist': { version: '0.0.1', integrity: 'sha512-xxxx' },
    };
    const lock = { name: 'x', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', dependencies }));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    mkdirSync(join(folder, 'docs'));
  });
  afterEach(() => server.close());

  async function scan(): Promise<{ code: number; stdout: string; stderr: string }> {
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const env = { ...process.env, npm_config_registry: registry, npm_config_fetch_retries: '0' };
    return promisify(execFile)(process.execPath, [SCAN, 'dependencies'], { cwd: folder, env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  }

  test('a known vulnerability is shown with the time since it was seen first, and is overdue after 48 hours', async () => {
    const first = await scan();
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/minimist https:\S+GHSA-xxxx: Prototype Pollution \(critical\); 0 hours old\n/);
    const file = join(folder, 'docs/findings.json');
    const [name = ''] = Object.keys(JSON.parse(readFileSync(file, 'utf8')));
    writeFileSync(file, JSON.stringify({ [name]: new Date(Date.now() - 73 * 3_600_000).toISOString() }));
    expect((await scan()).stdout).toMatch(/; 3 days old, overdue\n0 passed, 1 failed\n$/);
  });

  test('a registry without an audit service is no failure, and said; one that fails is', async () => {
    status = 405;
    expect(await scan()).toMatchObject({ code: 0, stdout: expect.stringContaining('has no audit service') });
    status = 500;
    expect(await scan()).toMatchObject({ code: 1, stderr: expect.stringContaining('npm audit failed') });
  });
});
