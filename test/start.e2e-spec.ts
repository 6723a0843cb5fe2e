import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processVariables } from '#libs/context';
import { testKey } from '#libs/testing';

// The product as a process, from what the build before this ring made: node dist/apps/api/src/main.js

const folders: string[] = [];
const running: ChildProcess[] = [];

function folder(): string {
  const path = join(tmpdir(), `bulkhead-start-${Math.random().toString(36).slice(2)}`);
  mkdirSync(path, { mode: 0o755 });
  folders.push(path);
  return path;
}

/** A port that is held by this process, which it does not keep from ending. */
async function freePort(): Promise<{ port: number; hold: Server }> {
  const hold = await serverOn(0);
  return { port: (hold.address() as { port: number }).port, hold: hold.unref() };
}

/** A port that is free, and so are the three after it, which the product takes beside it. */
async function port(): Promise<number> {
  for (;;) {
    const { port: found, hold } = await freePort();
    const beside = await Promise.allSettled([1, 2, 3].map((offset) => serverOn(found + offset)));
    await Promise.all(beside.map((one) => one.status === 'fulfilled' && closed(one.value)));
    await closed(hold);
    if (beside.every(({ status }) => status === 'fulfilled')) return found;
  }
}

function serverOn(at: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(at, '127.0.0.1', () => resolve(server));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Exit code, once it ended. */
  readonly ended: Promise<number | null>;
}

function start(variables: Record<string, string>): Started {
  const child = spawn(process.execPath, ['dist/apps/api/src/main.js'], {
    env: {
      PATH: processVariables()['PATH'],
      DEMO: 'off',
      METRICS_PORT: '0',
      WORKER_METRICS_PORT: '0',
      ...variables,
    },
  });
  running.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return {
    process: child,
    output: () => output,
    ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
  };
}

async function listening(started: Started): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (started.output().includes('listens on')) return;
    if (started.process.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(`It did not start:\n${started.output()}`);
}

const alive = (pid: number) => {
  try {
    // one that ended and was not waited for, in a container without init, has the state Z
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
const postmaster = (data: string) => Number(readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

/** The workers that a process runs. */
function childrenOf(pid = 0): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('worker'))
    .map(Number);
}

afterAll(async () => {
  for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
  await sleep(1_000);
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

test('starts, answers, and ends with everything it started on SIGINT; its files are for their owner alone', async () => {
  const [DATA_DIR, PORT] = [join(folder(), 'data'), String(await port())];
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
    const started = start({ DATA_DIR, PORT: String(await port()) });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`${beside} belongs to somebody else`);
    expect(readdirSync(target)).toEqual([]);
  } finally {
    rmSync(beside);
  }
});

test('npm start that is told to end by its pid ends the product: nothing is left', async () => {
  const [DATA_DIR, PORT] = [folder(), String(await port())];
  const npm = spawn('npm', ['run', '-s', 'start:built'], {
    env: { PATH: processVariables()['PATH'], DATA_DIR, PORT, DEMO: 'off', METRICS_PORT: '0', WORKER_METRICS_PORT: '0' },
  });
  running.push(npm);
  let output = '';
  npm.stdout.on('data', (chunk) => {
    output += chunk;
  });
  for (let waited = 0; waited < 30_000 && !output.includes('listens on'); waited += 50) await sleep(50);
  const server = postmaster(DATA_DIR);
  npm.kill('SIGTERM');
  await new Promise((resolve) => npm.once('exit', resolve));
  for (let waited = 0; waited < 10_000 && alive(server); waited += 50) await sleep(50);
  expect(alive(server)).toBe(false);
  await expect(fetch(`http://127.0.0.1:${PORT}/health/live`)).rejects.toThrow();
}, 60_000);

test('after kill -9 the next start takes over the server that was left, with its data', async () => {
  const [DATA_DIR, PORT] = [folder(), String(await port())];
  const first = start({ DATA_DIR, PORT });
  await listening(first);
  const server = postmaster(DATA_DIR);
  // before its worker has come up, which must not be left over
  const [worker = 0] = childrenOf(first.process.pid);
  first.process.kill('SIGKILL');
  await first.ended;
  expect(alive(server)).toBe(true);
  for (let waited = 0; waited < 15_000 && alive(worker); waited += 100) await sleep(100);
  expect(worker).toBeGreaterThan(0);
  expect(alive(worker)).toBe(false);
  const second = start({ DATA_DIR, PORT });
  await listening(second);
  expect(postmaster(DATA_DIR)).toBe(server);
  second.process.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(alive(server)).toBe(false);
});

test('runs a worker that sends mail, another one where it is killed, and none once the API is killed', async () => {
  const [DATA_DIR, PORT] = [folder(), String(await port())];
  const api = `http://127.0.0.1:${PORT}`;
  const started = start({ DATA_DIR, PORT, PUBLIC_REQUESTS_PER_MINUTE: '10000' });
  await listening(started);
  const workers = () => childrenOf(started.process.pid);
  const until = async (what: () => boolean | Promise<boolean>) => {
    for (let waited = 0; waited < 20_000 && !(await what()); waited += 100) await sleep(100);
    expect(await what()).toBe(true);
  };
  const shows = async (email: string) => (await (await fetch(`${api}/dev/mail`)).text()).includes(email);
  const signUp = (email: string) =>
    fetch(`${api}/v1/sign-ups`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email }),
    });
  expect((await signUp('first@studio.example')).status).toBe(202);
  await until(() => shows('first@studio.example'));
  const [first = 0] = workers();
  process.kill(first, 'SIGKILL');
  await signUp('second@studio.example');
  await until(() => shows('second@studio.example'));
  const [second = 0] = workers();
  expect(second).not.toBe(first);
  started.process.kill('SIGKILL');
  await started.ended;
  await until(() => !alive(second));
  // what is left is the server of the database, which the next start takes over
  const again = start({ DATA_DIR, PORT });
  await listening(again);
  again.process.kill('SIGTERM');
  expect(await again.ended).toBe(0);
}, 90_000);

test('ISO-15 does not start on a role that could bypass a policy; the command line works beside a running product', async () => {
  const [DATA_DIR, PORT] = [folder(), String(await port())];
  const cli = (...parameters: string[]) =>
    spawnSync(process.execPath, ['dist/apps/cli/src/main.js', ...parameters], {
      encoding: 'utf8',
      env: { PATH: processVariables()['PATH'], DATA_DIR },
    });
  const first = start({ DATA_DIR, PORT });
  await listening(first);
  const doctor = cli('doctor', '--json');
  // what it said where it could not
  expect({ code: doctor.status, said: doctor.stderr }).toEqual({ code: 0, said: expect.any(String) });
  expect(JSON.parse(doctor.stdout)).toMatchObject([{ problems: [] }, { problems: [] }, { problems: [] }]);
  const made = cli('user', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--json');
  expect({ code: made.status, password: JSON.parse(made.stdout).password.length }).toEqual({ code: 0, password: 16 });
  expect(cli('user', 'create', '--email', 'ada@example.com', '--name', 'Ada').status).toBe(1);
  const account = cli(
    'account',
    'create',
    '--name',
    'Ada & Co',
    '--region',
    'eu-west-1',
    '--owner',
    'ada@example.com',
    '--json',
  );
  const { id } = JSON.parse(account.stdout) as { id: string };
  expect(JSON.parse(cli('account', 'show', id, '--json').stdout)).toMatchObject({
    id,
    cell: 'eu-west-1',
    name: 'Ada & Co',
    members: 1,
  });
  expect(JSON.parse(cli('account', 'list', '--json').stdout)).toEqual([
    { account_id: id, cell: 'eu-west-1', pointer: 'active' },
  ]);
  expect(cli('account', 'create').status).toBe(2);
  expect(cli('migrate', 'status').status).toBe(0);

  const json = (...parameters: string[]) => JSON.parse(cli(...parameters, '--json').stdout);
  const signIn = async () => {
    const body = JSON.stringify({ email: 'ada@example.com', password: JSON.parse(made.stdout).password });
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch(`http://127.0.0.1:${PORT}/v1/sessions`, { method: 'POST', headers, body })).status;
  };
  expect(json('user', 'list')).toMatchObject([
    { email: 'ada@example.com', name: 'Ada', status: 'active', accounts: 1 },
  ]);
  expect(cli('user', 'list', '--limit', '0')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('whole number'),
  });
  expect(await signIn()).toBe(201);
  expect(json('user', 'disable', '--email', 'ada@example.com')).toMatchObject({ changed: true });
  expect(await signIn()).toBe(401);
  const person = { status: 'disabled', sign_ins: 0, factors: [], accounts: [id] };
  expect(json('user', 'show', '--email', 'ADA@example.com')).toMatchObject(person);
  expect(cli('account', 'suspend', id).status).toBe(2);
  expect(json('account', 'suspend', id, '--reason', 'unpaid')).toMatchObject({ changed: true });
  const ownerUrl = cli('db-url', 'eu-west-1', 'app').stdout.trim();
  expect(ownerUrl).toMatch(/^postgresql:\/\/bulkhead_app:.+@127\.0\.0\.1:\d+\/bulkhead_cell_eu_west_1$/);

  // as the superuser, in a process of its own: the server's programs are ESM, which this ring cannot load
  const script = `import { asOperator, EmbeddedServer, installationSecret } from '#libs/database';
    const dataDirectory = ${JSON.stringify(DATA_DIR)};
    const server = await EmbeddedServer.find({ dataDirectory, secret: await installationSecret({ dataDirectory }) });
    await asOperator(server.adminUrl.href, (admin) => admin.query('alter role bulkhead_app bypassrls'));`;
  const altered = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect({ status: altered.status, stderr: altered.stderr }).toEqual({ status: 0, stderr: '' });
  // with one URL for each role, and none of the owner's, only the look at boot is left to notice
  const urlOf = (database: string) => cli('db-url', database, 'app').stdout.trim();
  const given = start({
    PORT: String(await port()),
    SECRET_KEY: readFileSync(join(DATA_DIR, 'secret'), 'utf8'),
    DIRECTORY_URL_APP: urlOf('directory'),
    CELL_EU_WEST_1_URL_APP: urlOf('eu-west-1'),
    CELL_US_EAST_1_URL_APP: urlOf('us-east-1'),
  });
  expect(await given.ended).toBe(1);
  expect(given.output()).toContain('ALTER ROLE bulkhead_app NOSUPERUSER NOBYPASSRLS');
  first.process.kill('SIGINT');
  await first.ended;
  const second = start({ DATA_DIR, PORT });
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain('bulkhead_app is superuser, BYPASSRLS');
}, 120_000);

test('starting twice on the same data, on another port, is refused and the first goes on', async () => {
  const [DATA_DIR, PORT] = [folder(), String(await port())];
  const first = start({ DATA_DIR, PORT });
  await listening(first);
  const second = start({ DATA_DIR, PORT: String(await port()) });
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`uses ${DATA_DIR} already`);
  expect((await fetch(`http://127.0.0.1:${PORT}/health/ready`)).status).toBe(200);
  first.process.kill('SIGINT');
  expect(await first.ended).toBe(0);
});

test('everything that stands in the way is told in one message, with the mend', async () => {
  const { port: taken, hold } = await freePort();
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
  const { port: taken, hold } = await freePort();
  const started = start({ DATA_DIR: folder(), PORT: String(await port()), EMBEDDED_POSTGRES_PORT: String(taken) });
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain(`Port ${taken} (EMBEDDED_POSTGRES_PORT) is taken`);
  hold.close();
});

test('the commands of the README do what it says, in bash, and in zsh where there is one', async () => {
  const [DATA_DIR, PORT] = [folder(), String(await port())];
  const started = start({ DATA_DIR, PORT, DEMO: 'on', LOCAL_PAYMENTS_PORT: String(await port()) });
  await listening(started);
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)]
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

describe('a server of one’s own', () => {
  const server = () =>
    JSON.parse(processVariables()['BULKHEAD_TEST_SERVER'] ?? '{}') as { adminUrl: string; secret: string };
  const address = () => {
    const { hostname, port: at } = new URL(server().adminUrl);
    return `postgresql://${hostname}:${at}`;
  };
  const bulkhead = (command: string, variables: Record<string, string>) =>
    spawnSync(process.execPath, ['dist/apps/cli/src/main.js', ...command.split(' ')], {
      encoding: 'utf8',
      env: { PATH: processVariables()['PATH'], DATABASE_URL: address(), SECRET_KEY: server().secret, ...variables },
    });

  test('roles and databases are made by a command, whose administrator’s URL the API refuses to have', async () => {
    const PROVISION_URL = server().adminUrl;
    const made = bulkhead('provision', { PROVISION_URL });
    expect(`${made.stdout}${made.stderr}`).not.toContain('problem');
    expect(made.status).toBe(0);
    expect(bulkhead('provision', { PROVISION_URL }).stdout).toContain('Nothing to apply.');
    const PORT = String(await port());
    const variables = { DATABASE_URL: address(), SECRET_KEY: server().secret, PORT };
    const refused = start({ ...variables, PROVISION_URL });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('PROVISION_URL is an administrator’s');
    const started = start(variables);
    const outcome = await Promise.race([listening(started).then(() => 'listening'), started.ended]);
    // the test server is older than the floor, which only the embedded one may be: all else was looked at before
    if (outcome !== 'listening')
      expect(started.output()).toMatch(/PostgreSQL 18\.\d has known holes in row-level security/);
    expect(started.output()).not.toContain('migrations are not applied');
    started.process.kill('SIGINT');
  });

  test('with another SECRET_KEY nothing is changed: not by provision, not by migrate, and doctor says so', async () => {
    const PROVISION_URL = server().adminUrl;
    expect(bulkhead('provision', { PROVISION_URL }).status).toBe(0);
    const SECRET_KEY = testKey('another secret');
    for (const [command, variables] of [
      ['provision', { PROVISION_URL }],
      ['doctor', {}],
      ['migrate up', {}],
    ] as const) {
      const { status, stdout, stderr } = bulkhead(command, { SECRET_KEY, ...variables });
      expect({ command, status }).toEqual({ command, status: 1 });
      expect(`${stdout}${stderr}`).toMatch(/SECRET_KEY/);
    }
    // the passwords are those of the right secret still
    const after = bulkhead('migrate status', {});
    expect(after.stderr).toBe('');
    expect(after.status).toBe(0);
  });

  test('a command says that nothing is there yet, in words', () => {
    const none = spawnSync(process.execPath, ['dist/apps/cli/src/main.js', 'doctor'], {
      encoding: 'utf8',
      env: { PATH: processVariables()['PATH'], DATA_DIR: folder() },
    });
    expect(none.status).toBe(1);
    expect(none.stderr).toMatch(/There is no installation in .* yet\. Start it with: npm start/);
  });
});
