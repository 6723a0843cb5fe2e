import { readFileSync } from 'node:fs';
import { Paddle } from '@paddle/paddle-node-sdk';
import { EventApplication, type ProviderName, PROVIDERS } from '#libs/billing';
import { asOperator } from '#libs/database';
import { paddleSignature, stripeSignature } from '#libs/local-payments';
import { paddleWebhook, type SignedWebhook, WorldPayments } from '#libs/testing';
import request from 'supertest';
import { BillingWorld, type Trial } from './billing-world.js';

const SIGNED = { paddle: paddleSignature, stripe: stripeSignature } as const;
const HEADER = { paddle: 'paddle-signature', stripe: 'stripe-signature' } as const;
const now = () => Math.floor(Date.now() / 1_000);

describe.each(PROVIDERS)('B18 BIL-01 webhooks of %s', (provider: ProviderName) => {
  let billing: BillingWorld;
  let owner: Trial;
  let reference: string;
  /** What the provider has sent so far, as it sent it. */
  let bodies: string[];

  const send = (body: string, headers: Record<string, string>) =>
    request(billing.world.app.getHttpServer())
      .post(`/v1/webhooks/${provider}`)
      .set('Content-Type', 'application/json')
      .set(headers)
      .send(body);
  const signed = (body: string, secret = WorldPayments.secret, at = now()) => ({
    [HEADER[provider]]: SIGNED[provider](body, secret, at),
  });
  const stateOf = async (client: Trial) => {
    const { body } = await client.get('/v1/account/subscription').expect(200);
    const { state, plan, seats, period_ends_at, cancels_at, version } = body;
    return { state, plan, seats, period_ends_at, cancels_at, version };
  };
  const inDirectory = <Row>(text: string, values: unknown[] = []) =>
    asOperator(billing.world.databases.connections.directory.ownerUrl ?? '', async (client) => {
      await client.query('set role bulkhead_owner');
      return (await client.query(text, values)).rows as Row[];
    });

  beforeAll(async () => {
    billing = await BillingWorld.open(provider);
    owner = await billing.trial('Webhooks');
    reference = await billing.buy(owner, 'starter', 2);
    bodies = billing.payments.deliveries.all.map(({ body }) => body);
  });
  afterAll(() => billing.close());

  test('forged, late, of the future, unsigned and truncated ones are refused, and change nothing', async () => {
    const before = await stateOf(owner);
    const [body = ''] = bodies;
    const wrong: [string, Record<string, string>][] = [
      [body, signed(body, 'some other secret')],
      [body, {}],
      [body, { [HEADER[provider]]: '' }],
      [body, { [HEADER[provider]]: 'ts=;h1=' }],
      [body, signed(body, WorldPayments.secret, now() - 3_600)],
      [body.slice(0, -20), signed(body)],
      [`${body} `, signed(body)],
      [body.replace(reference, reference.toUpperCase()), signed(body)],
      ['{}', signed('{}')],
      ['null', signed('null')],
      [body.slice(0, -20), signed(body.slice(0, -20))],
    ];
    if (provider === 'paddle') wrong.push([body, signed(body, WorldPayments.secret, now() + 3_600)]);
    for (const [text, headers] of wrong) {
      const answer = await send(text, headers);
      expect({ status: answer.status, headers }).toEqual({ status: 400, headers });
      expect(JSON.stringify(answer.body)).not.toContain(reference);
    }
    await billing.settle();
    expect(await stateOf(owner)).toEqual(before);
  });

  test('each of them replayed, in whatever order, has no further effect', async () => {
    const before = await stateOf(owner);
    const entries = await entriesOf(owner);
    for (const body of [...bodies, ...bodies].reverse()) await send(body, signed(body)).expect(204);
    await billing.settle();
    expect(await stateOf(owner)).toEqual(before);
    expect(await entriesOf(owner)).toBe(entries);
  });

  test('one that a secret on its way out has signed is taken', async () => {
    const [body = ''] = bodies;
    await send(body, signed(body, 'one that is going')).expect(204);
  });

  test('one that names another account in its data is of the account that began it', async () => {
    const other = await billing.trial('Named by somebody');
    const before = await stateOf(other);
    const seats = '"quantity":2';
    const [body = ''] = bodies.filter((text) => text.includes(seats));
    const planted = JSON.parse(body.replaceAll(seats, '"quantity":3'));
    const id = planted.event_id ? 'event_id' : 'id';
    planted[id] = `${planted[id]}x`;
    planted.data[planted.data.object ? 'metadata' : 'custom_data'] = {
      account: other.accountId,
      account_id: other.accountId,
    };
    const text = JSON.stringify(planted);
    await send(text, signed(text)).expect(204);
    await billing.settle();
    expect(await stateOf(other)).toEqual(before);
  });

  test('one of a subscription that nobody here has begun is kept, seen, and tried again when it is known whose it is', async () => {
    const foreign =
      bodies[0]
        ?.replaceAll(reference, `${reference.slice(0, -4)}0000`)
        .replaceAll(/(txn|ctm|cus|cs|evt)_\w{6}/g, '$1_000000') ?? '';
    await send(foreign, signed(foreign)).expect(204);
    await billing.settle();
    const worker = await billing.world.worker();
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await inDirectory(`update received_billing_events set due_at = now() where status = 'waiting'`);
      await worker.get(EventApplication).applyDue();
    }
    const dead = await inDirectory<{ event: string; problem: string }>('select * from app.dead_billing_events(10)');
    expect(dead).toMatchObject([{ problem: expect.stringContaining('No account has begun') }]);

    // somebody finds out whose it is
    const late = await billing.trial('Late');
    await inDirectory('select app.claim_billing_reference($1, $2, $3)', [
      provider,
      `${reference.slice(0, -4)}0000`,
      late.accountId,
    ]);
    await billing.settle();
    expect(await inDirectory('select * from app.dead_billing_events(10)')).toEqual([]);
    expect(await stateOf(late)).toMatchObject({ state: 'active', plan: 'starter' });
  });

  async function entriesOf(client: Trial): Promise<number> {
    const [row] = await billing.inAccount<{ count: number }>(
      client,
      `select count(*)::int as count from audit_entries e where e.account_id = $1 and e.category = 'billing' and not e.reading`,
    );
    return row?.count ?? 0;
  }
});

describe('BIL-01 what Paddle documents', () => {
  let billing: BillingWorld;
  const fixture = (name: string) => readFileSync(`test/fixtures/paddle/${name}.json`, 'utf8');
  const send = ({ body, headers }: SignedWebhook) =>
    request(billing.world.app.getHttpServer())
      .post('/v1/webhooks/paddle')
      .set({ 'Content-Type': 'application/json', ...headers })
      .send(body);

  beforeAll(async () => {
    billing = await BillingWorld.open('paddle');
  });
  afterAll(() => billing.close());

  test.each(['subscription.created', 'subscription.past_due', 'transaction.completed', 'customer.updated'])(
    '%s, as it is documented, is what the SDK checks, and is taken',
    async (name) => {
      const body = fixture(name);
      const header = paddleSignature(body, WorldPayments.secret);
      expect(await new Paddle('none').webhooks.isSignatureValid(body, WorldPayments.secret, header)).toBe(true);
      await send({ body, headers: { 'paddle-signature': header } }).expect(204);
    },
  );

  test('a header with several h1 is good where one of them is, in whatever place', async () => {
    const { body, headers } = paddleWebhook();
    const [ts = '', good = ''] = (headers['paddle-signature'] ?? '').split(';');
    const bad = `h1=${'0'.repeat(64)}`;
    for (const parts of [
      [ts, good, bad],
      [ts, bad, good],
      [bad, ts, good],
    ])
      await send({ body, headers: { 'paddle-signature': parts.join(';') } }).expect(204);
    for (const parts of [[ts, bad, bad], [ts], [good], [ts, ts, good], [ts, ...Array(6).fill(bad), good]])
      await send({ body, headers: { 'paddle-signature': parts.join(';') } }).expect(400);
  });
});
