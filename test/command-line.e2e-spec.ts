import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, processVariables } from '#libs/context';
import { testKey } from '#libs/testing';
import { endAll, folder, listening, freePort, preparedData, type Started, start } from './started-product.js';

// The operator's commands as processes, beside a running product.

afterAll(endAll);

interface Command {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands on the data of a product; several can run at once. */
function commandsOn(DATA_DIR: string) {
  const cli = (...parameters: string[]): Promise<Command> =>
    new Promise((resolve) => {
      const env = { PATH: processVariables()['PATH'], DATA_DIR };
      const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', ...parameters], { env });
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const)
        child[name].on('data', (chunk) => {
          said[name] += chunk;
        });
      child.once('close', (status) => resolve({ status, ...said }));
    });
  const json = async (...parameters: string[]) => JSON.parse((await cli(...parameters, '--json')).stdout);
  const urlOf = async (database: string) => (await cli('db-url', database, 'app')).stdout.trim();
  return { cli, json, urlOf };
}

describe('beside a running product', () => {
  let product: Started;
  let api: string;
  let data: string;
  let commands: ReturnType<typeof commandsOn>;

  beforeAll(async () => {
    const PORT = String(await freePort());
    [data, api] = [await preparedData(), `http://127.0.0.1:${PORT}`];
    product = start({ DATA_DIR: data, PORT });
    commands = commandsOn(data);
    await listening(product);
  }, 60_000);

  test('the command line shows and changes users and accounts', async () => {
    const { cli, json } = commands;
    const [doctor, made] = await Promise.all([
      cli('doctor', '--json'),
      cli('user', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--json'),
    ]);
    // the message of a failure has what it wrote to stderr
    expect({ code: doctor.status, said: doctor.stderr }).toEqual({ code: 0, said: expect.any(String) });
    expect(JSON.parse(doctor.stdout)).toMatchObject([{ problems: [] }, { problems: [] }, { problems: [] }]);
    const { password } = JSON.parse(made.stdout);
    expect({ code: made.status, password: password.length }).toEqual({ code: 0, password: 16 });
    const named = ['--name', 'Ada & Co', '--region', 'eu-west-1', '--owner', 'ada@example.com'];
    const [again, account] = await Promise.all([
      cli('user', 'create', '--email', 'ada@example.com', '--name', 'Ada'),
      json('account', 'create', ...named),
    ]);
    expect(again.status).toBe(1);
    const { id } = account as { id: string };
    const shown = { id, cell: 'eu-west-1', name: 'Ada & Co', members: 1 };
    const listed = [{ account_id: id, cell: 'eu-west-1', pointer: 'active' }];
    const [one, accounts, users] = await Promise.all([
      json('account', 'show', id),
      json('account', 'list'),
      json('user', 'list'),
    ]);
    expect(one).toMatchObject(shown);
    expect(accounts).toEqual(listed);
    expect(users).toMatchObject([{ email: 'ada@example.com', name: 'Ada', status: 'active', accounts: 1 }]);

    const signIn = async () => {
      const body = JSON.stringify({ email: 'ada@example.com', password });
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch(`${api}/v1/sessions`, { method: 'POST', headers, body })).status;
    };
    expect(await signIn()).toBe(201);
    expect(await json('user', 'disable', '--email', 'ada@example.com')).toMatchObject({ changed: true });
    expect(await signIn()).toBe(401);
    const person = { status: 'disabled', sign_ins: 0, factors: [], accounts: [id] };
    const [user, suspended] = await Promise.all([
      json('user', 'show', '--email', 'ADA@example.com'),
      json('account', 'suspend', id, '--reason', 'unpaid'),
    ]);
    expect(user).toMatchObject(person);
    expect(suspended).toMatchObject({ changed: true });
  }, 60_000);

  test('a command with missing or invalid parameters ends with 2, and migrate status with 0', async () => {
    const { cli } = commands;
    const [creation, list, suspension, status] = await Promise.all([
      cli('account', 'create'),
      cli('user', 'list', '--limit', '0'),
      cli('account', 'suspend', newId()),
      cli('migrate', 'status'),
    ]);
    expect([creation.status, suspension.status]).toEqual([2, 2]);
    expect(list).toMatchObject({ status: 2, stderr: expect.stringContaining('whole number') });
    expect(status.status).toBe(0);
  }, 60_000);

  test('ISO-15 a product does not start on a role that could bypass a policy', async () => {
    const [directory, first, second] = await Promise.all(['directory', 'eu-west-1', 'us-east-1'].map(commands.urlOf));
    expect(first).toMatch(/^postgresql:\/\/bulkhead_app:.+@127\.0\.0\.1:\d+\/bulkhead_cell_eu_west_1$/);
    // as the superuser, in a process of its own: the server's programs are ESM, which this ring cannot load
    const script = `import { asOperator, EmbeddedServer, installationSecret } from '#libs/database';
      const dataDirectory = ${JSON.stringify(data)};
      const server = await EmbeddedServer.find({ dataDirectory, secret: await installationSecret({ dataDirectory }) });
      await asOperator(server.adminUrl.href, (admin) => admin.query('alter role bulkhead_app bypassrls'));`;
    const altered = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect({ status: altered.status, stderr: altered.stderr }).toEqual({ status: 0, stderr: '' });
    // with one URL for each role, and none of the owner's, only the look at boot is left to notice
    const given = start({
      PORT: String(await freePort()),
      SECRET_KEY: readFileSync(join(data, 'secret'), 'utf8'),
      DIRECTORY_URL_APP: directory ?? '',
      CELL_EU_WEST_1_URL_APP: first ?? '',
      CELL_US_EAST_1_URL_APP: second ?? '',
    });
    expect(await given.ended).toBe(1);
    expect(given.output()).toContain('ALTER ROLE bulkhead_app NOSUPERUSER NOBYPASSRLS');
    product.process.kill('SIGINT');
    await product.ended;
    const again = start({ DATA_DIR: data, PORT: String(await freePort()) });
    expect(await again.ended).toBe(1);
    expect(again.output()).toContain('bulkhead_app is superuser, BYPASSRLS');
  }, 60_000);
});

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
    const PORT = String(await freePort());
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
