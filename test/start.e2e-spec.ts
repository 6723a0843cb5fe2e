import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { processVariables } from '#libs/context';
import {
  alive,
  workersOf,
  endAll,
  folder,
  holdPort,
  listening,
  freePort,
  postmaster,
  preparedData,
  start,
  until,
} from './started-product.js';

afterAll(endAll);

test('starts, answers, and ends with everything it started on SIGINT; its files are for their owner alone', async () => {
  const [DATA_DIR, PORT] = [join(folder(), 'data'), String(await freePort())];
  const started = start({ DATA_DIR, PORT });
  await listening(started);
  expect((await fetch(`http://127.0.0.1:${PORT}/health/ready`)).status).toBe(200);
  const server = postmaster(DATA_DIR);
  expect(alive(server)).toBe(true);
  const modeOf = (path: string) => statSync(join(DATA_DIR, path)).mode & 0o777;
  // a server that does not run as root goes through root's folder, and cannot list it
  expect(modeOf('.')).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
  expect(['secret', 'log/bulkhead.log'].map(modeOf)).toEqual([0o600, 0o600]);
  started.process.kill('SIGINT');
  expect(await started.ended).toBe(0);
  expect(alive(server)).toBe(false);
});

// as root alone the server's files can be in a folder beside, which anybody may have made before
const asRoot = process.getuid?.() === 0 ? test : test.skip;
asRoot('a link in the place of the folder beside the data is refused', async () => {
  const [closed, target] = [folder(), folder()];
  chmodSync(closed, 0o700);
  const DATA_DIR = join(closed, 'data');
  const beside = `/var/tmp/bulkhead-${createHash('sha256').update(DATA_DIR).digest('hex').slice(0, 16)}`;
  symlinkSync(target, beside);
  try {
    const started = start({ DATA_DIR, PORT: String(await freePort()) });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`${beside} belongs to somebody else`);
    expect(readdirSync(target)).toEqual([]);
  } finally {
    rmSync(beside);
  }
});

test('npm start that is told to end by its pid ends the product: nothing is left', async () => {
  const [DATA_DIR, PORT] = [await preparedData(), String(await freePort())];
  const npm = start({ DATA_DIR, PORT }, ['npm', 'run', '-s', 'start:built']);
  await listening(npm);
  const server = postmaster(DATA_DIR);
  npm.process.kill('SIGTERM');
  await npm.ended;
  await until(
    () => !alive(server),
    () => 'PostgreSQL goes on.',
  );
  await expect(fetch(`http://127.0.0.1:${PORT}/health/live`)).rejects.toThrow();
}, 60_000);

test('after kill -9 the next start takes over the server that was left, with its data', async () => {
  const [DATA_DIR, PORT] = [await preparedData(), String(await freePort())];
  const first = start({ DATA_DIR, PORT });
  await listening(first);
  const server = postmaster(DATA_DIR);
  const { pid = 0 } = first.process;
  await until(
    () => workersOf(pid).length > 0,
    () => 'No worker was started.',
  );
  // it is still starting, and must not be left over
  const [worker = 0] = workersOf(pid);
  first.process.kill('SIGKILL');
  await first.ended;
  expect(alive(server)).toBe(true);
  await until(
    () => !alive(worker),
    () => 'The worker goes on.',
  );
  const second = start({ DATA_DIR, PORT });
  await listening(second);
  expect(postmaster(DATA_DIR)).toBe(server);
  second.process.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(alive(server)).toBe(false);
});

test('runs a worker that sends mail, another one where it is killed, and none once the API is killed', async () => {
  const [DATA_DIR, PORT] = [await preparedData(), String(await freePort())];
  const api = `http://127.0.0.1:${PORT}`;
  const started = start({ DATA_DIR, PORT, PUBLIC_REQUESTS_PER_MINUTE: '10000' });
  await listening(started);
  const workers = () => workersOf(started.process.pid ?? 0);
  const shows = async (email: string) => (await (await fetch(`${api}/dev/mail`)).text()).includes(email);
  const signUp = (email: string) =>
    fetch(`${api}/v1/sign-ups`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email }),
    });
  expect((await signUp('first@studio.example')).status).toBe(202);
  await until(
    () => shows('first@studio.example'),
    () => 'The first mail was not sent.',
  );
  const [first = 0] = workers();
  process.kill(first, 'SIGKILL');
  await signUp('second@studio.example');
  await until(
    () => shows('second@studio.example'),
    () => 'The second mail was not sent.',
  );
  const [second = 0] = workers();
  expect(second).not.toBe(first);
  started.process.kill('SIGKILL');
  await started.ended;
  await until(
    () => !alive(second),
    () => 'The second worker goes on.',
  );
  // what is left is the server of the database, which the next start takes over
  const again = start({ DATA_DIR, PORT });
  await listening(again);
  again.process.kill('SIGTERM');
  expect(await again.ended).toBe(0);
}, 90_000);

test('starting twice on the same data, on another port, is refused and the first goes on', async () => {
  const [DATA_DIR, PORT] = [await preparedData(), String(await freePort())];
  const first = start({ DATA_DIR, PORT });
  await listening(first);
  const second = start({ DATA_DIR, PORT: String(await freePort()) });
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`uses ${DATA_DIR} already`);
  expect((await fetch(`http://127.0.0.1:${PORT}/health/ready`)).status).toBe(200);
  first.process.kill('SIGINT');
  expect(await first.ended).toBe(0);
});

test('everything that stands in the way is told in one message, with the mend', async () => {
  const { port: taken, hold } = await holdPort();
  const started = start({ DATA_DIR: '/dev/null/nowhere', PORT: String(taken), CELLS: 'Mars', DATABASE_POOL_SIZE: '0' });
  expect(await started.ended).toBe(1);
  for (const words of [
    `Port ${taken}`,
    '/dev/null/nowhere cannot be written',
    'CELLS: "Mars"',
    'DATABASE_POOL_SIZE is "0"',
  ]) {
    expect(started.output()).toContain(words);
  }
  hold.close();
});

test('a port for PostgreSQL that another program holds is named', async () => {
  const { port: taken, hold } = await holdPort();
  const started = start({ DATA_DIR: folder(), PORT: String(await freePort()), EMBEDDED_POSTGRES_PORT: String(taken) });
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain(`Port ${taken} (EMBEDDED_POSTGRES_PORT) is taken`);
  hold.close();
});

test('the commands of README and docs/start.md work, in bash, and in zsh where there is one', async () => {
  const [DATA_DIR, PORT] = [folder(), String(await freePort())];
  const started = start({ DATA_DIR, PORT, DEMO: 'on', LOCAL_PAYMENTS_PORT: String(await freePort()) });
  await listening(started);
  const pages = ['README.md', 'docs/start.md'].map((page) => readFileSync(page, 'utf8')).join('\n');
  const blocks = [...pages.matchAll(/```sh\n([\s\S]*?)```/g)]
    .map(([, text = '']) => text)
    .filter((text) => /\$API|json /.test(text))
    .map((text) => text.replaceAll('127.0.0.1:3000', `127.0.0.1:${PORT}`).replaceAll('.data/', `${DATA_DIR}/`));
  expect(blocks).toHaveLength(3);
  // without anybody's own settings
  const known = [
    ['bash', '--norc'],
    ['zsh', '-f'],
  ] as const;
  const shells = known.filter(([shell]) => spawnSync(shell, ['-c', 'true']).status === 0);
  for (const [turn, [shell, bare]] of shells.entries()) {
    // as they would be pasted, one after the other; a person signs up once
    const script = blocks.join('\n').replaceAll('nora@', `nora${turn}@`);
    const { stdout, stderr } = spawnSync(shell, [bare, '-c', script], {
      encoding: 'utf8',
      env: { PATH: processVariables()['PATH'] },
    });
    expect({ shell, stderr }).toEqual({ shell, stderr: '' });
    const [read = '', refused = '', asked = '', signedUp = '', factor = ''] = stdout.split('\n');
    expect(JSON.parse(read).items).toHaveLength(1);
    expect(JSON.parse(refused)).toMatchObject({ status: 404, code: 'not_found' });
    expect(asked).toBe('');
    expect(JSON.parse(signedUp).account_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(factor).secret).toMatch(/^[A-Z2-7]+$/);
  }
  const page = await (await fetch(`http://127.0.0.1:${PORT}/`)).text();
  for (const words of ['href="/docs"', 'href="/dev/mail"', 'olivia@northlight.example']) expect(page).toContain(words);
  started.process.kill('SIGINT');
  await started.ended;
}, 120_000);
