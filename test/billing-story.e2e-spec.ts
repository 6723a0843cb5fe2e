import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processVariables } from '#libs/context';

// The lines of docs/billing.md against the product as a process, from what the build before this ring made.

const folder = join(tmpdir(), `bulkhead-story-${process.pid}`);
let product: ChildProcess;
let ports: readonly number[];

beforeAll(async () => {
  mkdirSync(folder, { mode: 0o755 });
  ports = [await freePort(), await freePort()];
  const [PORT, LOCAL_PAYMENTS_PORT] = ports.map(String) as [string, string];
  product = spawn(process.execPath, ['dist/apps/api/src/main.js'], {
    env: {
      PATH: processVariables()['PATH'],
      DATA_DIR: folder,
      DEMO: 'off',
      METRICS_PORT: '0',
      WORKER_METRICS_PORT: '0',
      PORT,
      LOCAL_PAYMENTS_PORT,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk;
      if (said.includes('listens on')) resolve();
    };
    product.stdout?.on('data', listen);
    product.stderr?.on('data', listen);
    product.once('exit', () => reject(new Error(said)));
  });
}, 60_000);

afterAll(async () => {
  const ended = new Promise((resolve) => product.once('exit', resolve));
  product.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

test('BIL-01 BIL-04 LIF-06 sign-up, trial, read-only, bought, changed, unpaid, paid, cancelled, ended: by curl alone, as the page says', () => {
  const page = readFileSync('docs/billing.md', 'utf8');
  const script = /```bash\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const expected = [...script.matchAll(/#=> (.*)$/gm)].map(([, line]) => line);
  expect(expected.length).toBeGreaterThan(15);
  const [port, payments] = ports;
  const done = spawnSync(
    'bash',
    ['--norc', '-eu', '-c', script.replaceAll('/tmp/signed-up.json', join(folder, 'signed-up.json'))],
    {
      encoding: 'utf8',
      timeout: 110_000,
      env: {
        PATH: processVariables()['PATH'],
        SERVER: `http://127.0.0.1:${port}`,
        PAYMENTS: `http://127.0.0.1:${payments}`,
        TOKEN: '',
      },
    },
  );
  expect({ said: done.stdout.trim().split('\n'), errors: done.stderr, code: done.status }).toEqual({
    said: expected,
    errors: '',
    code: 0,
  });
}, 120_000);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
