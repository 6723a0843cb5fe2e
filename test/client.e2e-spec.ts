import type { AddressInfo } from 'node:net';
import { newId } from '#libs/context';
import { asOperator } from '#libs/database';
import { PASSWORD, SoftAuthenticator, type World } from '#libs/testing';
import { BulkheadError, connect, type ConnectOptions, StreamEnded } from '../clients/typescript/src/index.js';
import { openWorld } from './open-world.js';

let world: World;
let baseUrl: string;

beforeAll(async () => {
  world = await openWorld();
  await world.app.listen(0, '127.0.0.1');
  baseUrl = `http://127.0.0.1:${(world.app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(() => world?.close());

const open = (options: Partial<ConnectOptions> = {}) => connect({ baseUrl, ...options });

/** Signs a new person up, with an account on trial, a passkey, and a first workspace in which they stand. */
async function newcomer(options: Partial<ConnectOptions> = {}) {
  const client = open(options);
  const email = `${newId()}@studio.example`;
  await client.signUps.request({ body: { email } });
  const opened = await client.signUps.complete({
    body: {
      token: await world.codeMailedTo(email),
      name: 'Nora Newcomer',
      new_password: PASSWORD,
      account_name: 'Studio',
      region: 'eu-west-1',
      workspace_name: 'Harbour Coffee',
    },
  });
  expect((await client.signIn(email, PASSWORD)).second_factors).toEqual([]);
  const { challenge_id: challenge, options: asked } = await client.factors.beginPasskey();
  const response = new SoftAuthenticator().create(asked as never);
  await client.factors.addPasskey({ body: { challenge, name: 'Laptop', response: response as never } });
  await client.enterAccount(opened.account_id);
  await client.enterWorkspace(opened.workspace_id);
  return { client, email, ...opened };
}

/** The problem that a call is answered with. */
async function refusal(call: Promise<unknown>): Promise<BulkheadError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BulkheadError);
  return error as BulkheadError;
}

describe('API-18 the typed client', () => {
  test('leads from sign-up through documents of two workspaces to the export of the audit trail', async () => {
    const { client, workspace_id: first } = await newcomer();
    const { id: datasetId } = await client.datasets.create({ body: { name: 'Guidelines' } });
    const made = await client.documents.create({ body: { dataset_id: datasetId, title: 'Tone of voice' } });
    for (const title of ['Logo', 'Colours']) await client.documents.create({ body: { dataset_id: datasetId, title } });

    // the version that was read goes with the change, and the next one with the next
    const changed = await client.documents.update({ documentId: made.id, body: { title: 'Tone' } });
    expect(changed).toMatchObject({ title: 'Tone', version: 2 });
    expect((await client.documents.update({ documentId: made.id, body: { title: 'Voice' } })).version).toBe(3);
    const late = await refusal(client.documents.update({ documentId: made.id, body: { title: 'Late' }, ifMatch: 1 }));
    expect([late.code, late.status, late.requestId.length]).toEqual(['precondition_failed', 412, 36]);

    const titles: string[] = [];
    for await (const document of client.documents.list.all({ limit: 1 })) titles.push(document.title);
    expect(titles.sort()).toEqual(['Colours', 'Logo', 'Voice']);

    const other = await client.workspaces.create({ body: { name: 'Northern Bikes' } });
    await client.enterWorkspace(other.id);
    expect((await refusal(client.documents.show({ documentId: made.id }))).code).toBe('not_found');
    const elsewhere = await refusal(client.documents.show({ documentId: made.id, workspaceId: first }));
    expect(elsewhere.is('workspace_not_entered')).toBe(true);

    const archive = await client.auditEntries.export({ format: 'jsonl' });
    const actions = (await archive.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).action as string);
    expect(actions).toEqual(expect.arrayContaining(['document.create', 'document.update', 'workspace.enter']));
    await client.signOut();
    expect((await refusal(client.mySessions.me())).code).toBe('unauthenticated');
  });

  test('tells a problem by its code, with members that the compiler knows', async () => {
    const { client } = await newcomer();
    const error = await refusal(client.subscription.createCheckout({ body: { plan: 'golden', seats: 1 } }));
    if (!error.is('plan_unknown')) throw error;
    expect(error.problem.plans).toContain('starter');
  });

  test('renews an expired access token once for all calls that wait for it, and keeps its place', async () => {
    const { client, account_id: accountId } = await newcomer();
    const seen: string[] = [];
    const spying: typeof fetch = (input, init) => {
      seen.push(String(input).replace(baseUrl, ''));
      return fetch(input, init);
    };
    const again = open({ refreshToken: client.refreshToken ?? '', fetch: spying });
    const answers = await Promise.all([
      again.account.show(),
      again.documents.list({ workspaceId: client.workspaceId ?? '' }),
    ]);
    expect(answers[0].id).toBe(accountId);
    expect(seen.filter((path) => path === '/v1/sessions/refresh')).toHaveLength(1);
    expect(await open({ refreshToken: 'nonsense' }).resume()).toBe(false);
  });

  test('repeats a command with the same key after an answer that was lost, and it takes effect once', async () => {
    let lost = 0;
    const losing: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (lost > 0 || init?.method !== 'POST' || !String(input).endsWith('/datasets')) return answer;
      lost += 1;
      throw new TypeError('the connection was cut');
    };
    const { client } = await newcomer({ fetch: losing });
    await client.datasets.create({ body: { name: 'Once' } });
    expect(lost).toBe(1);
    expect((await client.datasets.list()).items).toHaveLength(1);
  });

  test('waits as Retry-After says after 429 and 503, and not longer than it was told', async () => {
    let refused = 0;
    const busy =
      (status: number, after: number): typeof fetch =>
      (input, init) => {
        if (refused > 0) return fetch(input, init);
        refused += 1;
        const body = JSON.stringify({ code: 'database_busy', status, detail: '', title: '', type: '', request_id: '' });
        const headers = { 'Content-Type': 'application/problem+json', 'Retry-After': String(after) };
        return Promise.resolve(new Response(body, { status, headers }));
      };
    const began = performance.now();
    expect((await open({ fetch: busy(503, 1) }).plans.list()).items.length).toBeGreaterThan(0);
    expect(performance.now() - began).toBeGreaterThan(990);
    refused = 0;
    const impatient = open({ fetch: busy(429, 2), longestWait: 1_000 });
    expect((await refusal(impatient.plans.list())).status).toBe(429);
  });

  test('repeats no command of an account in another one that was entered meanwhile', async () => {
    let refused = 0;
    let hold: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      hold = resolve;
    });
    const slow: typeof fetch = async (input, init) => {
      if (refused > 0 || init?.method !== 'POST' || !String(input).endsWith('/v1/account/workspaces'))
        return fetch(input, init);
      refused += 1;
      await held;
      return fetch(input, init);
    };
    const { client, account_id: first } = await newcomer({ fetch: slow });
    const { account_id: second } = await client.signUps.openAnother({
      body: { account_name: 'Second', region: 'eu-west-1', workspace_name: 'Only' },
    });
    const late = refusal(client.workspaces.create({ body: { name: 'Meant for the first' } }));
    await client.enterAccount(second);
    hold?.();
    // its session ended when the account was left
    expect((await late).code).toBe('unauthenticated');
    expect((await client.workspaces.list()).items.map(({ name }) => name)).toEqual(['Only']);
    await client.enterAccount(first);
    expect((await client.workspaces.list()).items).toHaveLength(1);
  });

  test('tells an outage from the end of a session, and signs out of a session that has ended', async () => {
    let down = false;
    const failing: typeof fetch = (input, init) =>
      down ? Promise.reject(new TypeError('the server is away')) : fetch(input, init);
    const { client, account_id: accountId } = await newcomer({ fetch: failing, retries: 0 });
    down = true;
    await expect(client.resume()).rejects.toThrow('the server is away');
    down = false;
    expect(await client.resume()).toBe(true);
    expect(client.accountId).toBe(accountId);
    await endAccountSessions(accountId);
    await client.signOut();
    expect(client.refreshToken).toBeUndefined();
    await client.signOut();
  });

  test('fills the entered workspace into paths of what is in it, and into no other', async () => {
    const { client, workspace_id: workspaceId } = await newcomer();
    expect((await client.enteredWorkspace.show()).id).toBe(workspaceId);
    await expect(client.workspaces.archive({} as never)).rejects.toThrow('workspaces.archive needs workspaceId.');
  });

  test('follows a live stream, goes on after the last event when the connection breaks, and hears why it ends', async () => {
    const { client, account_id: accountId } = await newcomer();
    let connections = 0;
    const breaking: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (!String(input).includes('/live')) return answer;
      connections += 1;
      return connections === 1 ? new Response(firstEvents(answer.body), answer) : answer;
    };
    const follower = open({ refreshToken: client.refreshToken ?? '', fetch: breaking });
    await follower.resume();
    const names: unknown[] = [];
    const following = (async () => {
      for await (const { data } of follower.auditEntries.follow({ action: 'workspace.create' })) {
        names.push((data as { changes: { name: { to: string } } }).changes.name.to);
        if (names.length === 2) await endAccountSessions(accountId);
      }
    })();
    const ended = following.catch((error: unknown) => error);
    while (connections === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await follower.workspaces.create({ body: { name: 'First' } });
    while (connections === 1) await new Promise((resolve) => setTimeout(resolve, 20));
    await follower.workspaces.create({ body: { name: 'Second' } });
    const error = await ended;
    expect(names).toEqual(['First', 'Second']);
    expect(error).toBeInstanceOf(StreamEnded);
    expect((error as StreamEnded).code).toBe('unauthenticated');
  }, 60_000);
});

/** Ends everybody's sessions in an account, as a membership that ends would. */
async function endAccountSessions(accountId: string): Promise<void> {
  await asOperator(world.databases.adminUrlOf('eu-west-1'), (admin) =>
    admin.query('update account_sessions set ended_at = now() where account_id = $1', [accountId]),
  );
}

/** A stream that ends after its first event. */
function firstEvents(body: ReadableStream<Uint8Array> | null): ReadableStream<Uint8Array> {
  const ending = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      controller.enqueue(part);
      if (new TextDecoder().decode(part).includes('event: entry')) controller.terminate();
    },
  });
  return (body ?? new ReadableStream()).pipeThrough(ending);
}
