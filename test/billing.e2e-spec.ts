import { PROVIDERS } from '#libs/billing';
import type { Client } from '#libs/testing';
import { BillingWorld } from './billing-world.js';

describe.each(PROVIDERS)('with %s', (provider) => {
  let billing: BillingWorld;
  const subscriptionOf = async (client: Client) => (await client.get('/v1/account/subscription').expect(200)).body;
  const change = async (client: Client, changes: object) => {
    const { headers } = await client.get('/v1/account/subscription').expect(200);
    return client.send('patch', '/v1/account/subscription', changes, { 'If-Match': headers['etag'] ?? '' });
  };
  const transitionsOf = async (client: Client) => {
    const { body } = await client.get('/v1/account/audit-entries?limit=200').expect(200);
    return body.items
      .filter(({ action }: { action: string }) => action === 'subscription.transition')
      .map(({ changes }: { changes: { state: { to: string } } }) => changes.state.to)
      .reverse();
  };

  beforeAll(async () => {
    billing = await BillingWorld.open(provider);
  });
  afterAll(() => billing.close());

  test('BIL-02 BIL-04 LIF-06 the whole story: trial, read-only, bought, unpaid, read-only, paid, cancelled, ended; each step an entry', async () => {
    const owner = await billing.trial('Story');
    expect(await subscriptionOf(owner)).toMatchObject({
      state: 'trialing',
      plan: 'professional',
      read_only: false,
      provider: null,
    });

    await billing.after(14);
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'read_only', read_only: true, data_until: null });
    const refused = await owner.post('/v1/account/workspaces', { name: 'Second' }).expect(403);
    expect(refused.body).toMatchObject({ code: 'account_read_only', roles: ['owner', 'admin'] });
    await owner.get('/v1/account/workspaces').expect(200);
    await owner.enterWorkspace(owner.workspaceId);

    const reference = await billing.buy(owner, 'professional', 3);
    const bought = await subscriptionOf(owner);
    expect(bought).toMatchObject({ state: 'active', read_only: false, seats: 3, provider, limits: { seats: 3 } });
    await owner.post('/v1/account/workspaces', { name: 'Second' }).expect(201);

    billing.payments.merchant.card(reference, true);
    await billing.after(31);
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'past_due', read_only: false });
    await owner.post('/v1/account/workspaces', { name: 'Third' }).expect(201);
    await billing.after(14);
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'read_only' });
    await owner.post('/v1/account/workspaces', { name: 'Fourth' }).expect(403);

    billing.payments.merchant.card(reference, false);
    await billing.settle();
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'active' });

    await owner.post('/v1/account/subscription/cancel').expect(200);
    await billing.settle();
    const cancelled = await subscriptionOf(owner);
    expect(cancelled).toMatchObject({ state: 'cancelled', read_only: false, pending: null });
    expect(cancelled.cancels_at).toBe(cancelled.period_ends_at);
    await owner.post('/v1/account/subscription/resume').expect(200);
    await billing.settle();
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'active', cancels_at: null });
    await owner.post('/v1/account/subscription/cancel').expect(200);
    await billing.settle();
    await billing.after(31);
    const ended = await subscriptionOf(owner);
    expect(ended).toMatchObject({ state: 'ended', read_only: true });
    expect(Date.parse(ended.data_until) - Date.parse(ended.since)).toBe(7 * 86_400_000);

    expect(await transitionsOf(owner)).toEqual([
      'read_only',
      'active',
      'past_due',
      'read_only',
      'active',
      'cancelled',
      'active',
      'cancelled',
      'ended',
    ]);
    const { body: invoices } = await owner.get('/v1/account/invoices').expect(200);
    expect(invoices.items.map(({ status, amount }: { status: string; amount: number }) => [status, amount])).toEqual([
      ['paid', 14_700],
      ['paid', 14_700],
    ]);
  });

  test('BIL-03 a plan is changed with a preview of what it costs, and does not hold less than is there', async () => {
    const owner = await billing.trial('Changes');
    await billing.buy(owner, 'starter', 2);
    const { body: preview } = await owner.get('/v1/account/subscription/preview?plan=professional&seats=4').expect(200);
    expect(preview).toMatchObject({ recurring: 19_600, currency: 'USD' });
    expect(preview.due_now).toBeGreaterThan(15_000);
    expect(preview.due_now).toBeLessThan(15_900);

    const changed = await change(owner, { plan: 'professional', seats: 4 });
    expect(changed.body).toMatchObject({ pending: 'change', plan: 'starter' });
    expect((await change(owner, { seats: 9 })).body.code).toBe('change_pending');
    await billing.settle();
    expect(await subscriptionOf(owner)).toMatchObject({ pending: null, refused: null, plan: 'professional', seats: 4 });

    for (const name of ['Second', 'Third', 'Fourth']) await owner.post('/v1/account/workspaces', { name }).expect(201);
    const tooSmall = await change(owner, { plan: 'starter' });
    expect(tooSmall.body).toMatchObject({ code: 'plan_too_small', limit: 'workspaces', most: 3, used: 4 });
    expect((await change(owner, { plan: 'golden' })).body).toMatchObject({ code: 'plan_unknown' });
    expect((await change(owner, { plan: 'starter', seats: 6 })).body).toMatchObject({
      limit: 'seats',
      most: 5,
      used: 6,
    });
  });

  test('a change that the provider refuses changes nothing, and says why', async () => {
    const owner = await billing.trial('Declined');
    const reference = await billing.buy(owner, 'starter', 2);
    billing.payments.merchant.card(reference, true);
    expect((await change(owner, { seats: 5 })).status).toBe(200);
    await billing.settle();
    expect(await subscriptionOf(owner)).toMatchObject({
      pending: null,
      seats: 2,
      refused: provider === 'paddle' ? 'subscription_payment_declined' : 'card_declined',
    });
  });

  test('of two administrators who change the plan at once the second hears of the first', async () => {
    const owner = await billing.trial('Two');
    await billing.buy(owner, 'starter', 2);
    const { headers } = await owner.get('/v1/account/subscription').expect(200);
    const ask = (seats: number) =>
      owner.send('patch', '/v1/account/subscription', { seats }, { 'If-Match': headers['etag'] ?? '' });
    const answers = await Promise.all([ask(3), ask(4)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    await billing.settle();
    const won = answers.findIndex(({ status }) => status === 200);
    expect(await subscriptionOf(owner)).toMatchObject({ seats: 3 + won });
  });

  test('while the provider is down nothing is lost, and nothing is doubled once it is back', async () => {
    const owner = await billing.trial('Down');
    const reference = await billing.buy(owner, 'starter', 2);
    billing.payments.isDown = true;
    expect((await change(owner, { seats: 3 })).status).toBe(200);
    await billing.settle();
    expect(await subscriptionOf(owner)).toMatchObject({ pending: 'change', seats: 2, state: 'active' });
    expect((await owner.get('/v1/account/subscription/portal')).body).toMatchObject({ code: 'payments_unavailable' });
    // the answer was lost, and the effect was not
    billing.payments.merchant.change(reference, billing.payments.merchant.subscription(reference).price, 3);
    const bills = billing.payments.merchant.books.bills.length;

    billing.payments.isDown = false;
    await billing.after(1 / 24);
    expect(await subscriptionOf(owner)).toMatchObject({ pending: null, seats: 3 });
    expect(billing.payments.merchant.books.bills).toHaveLength(bills);
  });

  test('deadlines pass though the provider does not answer, and a price that no plan has changes no state', async () => {
    const owner = await billing.trial('Deadlines');
    await owner.post('/v1/account/subscription/checkouts', { plan: 'starter', seats: 1 }).expect(201);
    billing.payments.isDown = true;
    await billing.after(15);
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'read_only' });
    billing.payments.isDown = false;
    await billing.after(1);

    const other = await billing.trial('Another price');
    const reference = await billing.buy(other, 'professional', 2);
    Object.assign(billing.payments.merchant.subscription(reference), { price: 'pri_of_no_plan', cardFails: true });
    (billing.payments.merchant as unknown as { prices: object[] }).prices.push({
      id: 'pri_of_no_plan',
      name: 'Sold elsewhere',
      amount: 1,
      currency: 'USD',
    });
    await billing.after(31);
    expect(await subscriptionOf(other)).toMatchObject({ state: 'past_due', plan: 'professional' });
  });

  test('a plan that was asked for while it held what is there is not bought once it does not', async () => {
    const owner = await billing.trial('Grown');
    await billing.buy(owner, 'professional', 2);
    expect((await change(owner, { plan: 'starter' })).status).toBe(200);
    for (const name of ['2', '3', '4']) await owner.post('/v1/account/workspaces', { name }).expect(201);
    await billing.settle();
    expect(await subscriptionOf(owner)).toMatchObject({
      pending: null,
      plan: 'professional',
      refused: 'plan_too_small',
    });
  });

  test('whoever fills a large plan before paying a small one can only read until it fits', async () => {
    const owner = await billing.trial('Filled');
    const { body: begun } = await owner
      .post('/v1/account/subscription/checkouts', { plan: 'starter', seats: 1 })
      .expect(201);
    await billing.settle();
    const { body: open } = await owner.get(`/v1/account/subscription/checkouts/${begun.id}`).expect(200);
    const made: string[] = [];
    for (const name of ['2', '3', '4'])
      made.push((await owner.post('/v1/account/workspaces', { name }).expect(201)).body.id);
    await fetch(`${open.url}/pay`, { method: 'POST' });
    await billing.settle();
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'active', plan: 'starter', read_only: true });
    await owner.post('/v1/account/workspaces', { name: '5' }).expect(403);
    await owner.post(`/v1/account/workspaces/${made[0]}/archive`).expect(200);
    await billing.after(1);
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'active', read_only: false });
  });

  test('B18 what somebody pays from their address is theirs, whoever names the address', async () => {
    const { merchant } = billing.payments;
    const theirs = merchant.customer('finance@victim.example', 'Victim');
    const sold = merchant.purchase(theirs.id, merchant.books.purchases[0]?.price ?? '', 7);
    const paid = merchant.pay(sold.id);
    await billing.settle();
    const thief = await billing.trial('Thief');
    const named = { plan: 'starter', seats: 1, email: 'finance@victim.example' };
    const { body } = await thief.post('/v1/account/subscription/checkouts', named).expect(201);
    await billing.settle();
    const { body: checkout } = await thief.get(`/v1/account/subscription/checkouts/${body.id}`).expect(200);
    if (provider === 'paddle') expect(checkout).toMatchObject({ status: 'refused', refused: 'billing_email_taken' });
    expect(await subscriptionOf(thief)).toMatchObject({ state: 'trialing', provider: null });
    if (checkout.url) {
      // Stripe has as many customers an address as one likes; this one is a new one
      await fetch(`${checkout.url}/pay`, { method: 'POST' });
      await billing.settle();
      const { body: portal } = await thief.get('/v1/account/subscription/portal').expect(200);
      expect(portal.url).not.toContain(theirs.id);
    }
    expect(merchant.subscription(paid.id).cancelsAt).toBeNull();
  });

  test('what is bought twice is paid once: one of them is ended, and only one', async () => {
    const owner = await billing.trial('Twice');
    const urls: string[] = [];
    for (const seats of [1, 2]) {
      const { body } = await owner.post('/v1/account/subscription/checkouts', { plan: 'starter', seats }).expect(201);
      await billing.settle();
      urls.push((await owner.get(`/v1/account/subscription/checkouts/${body.id}`).expect(200)).body.url);
    }
    for (const url of urls) {
      await fetch(`${url}/pay`, { method: 'POST' });
    }
    await billing.settle();
    const ours = billing.payments.merchant.books.subscriptions.slice(-2);
    const [kept, ...others] = ours.filter(({ cancelsAt }) => cancelsAt === null);
    expect(others).toEqual([]);
    expect(await subscriptionOf(owner)).toMatchObject({ state: 'active', seats: kept?.quantity });
    expect((await owner.post('/v1/account/subscription/checkouts', { plan: 'starter', seats: 1 })).body.code).toBe(
      'already_subscribed',
    );
  });

  test('BIL-05 invoices and their documents are for roles that may, and of the account alone', async () => {
    const [owner, other] = [await billing.trial('Invoices'), await billing.trial('Others')];
    await billing.buy(owner, 'starter', 2);
    const { body } = await owner.get('/v1/account/invoices').expect(200);
    expect(body.items).toMatchObject([{ status: 'paid', amount: 3_800, currency: 'USD' }]);
    const [{ id }] = body.items;
    const document = await owner.get(`/v1/account/invoices/${id}/document`).expect(200);
    expect((await fetch(document.body.url)).status).toBe(200);
    expect((await other.get('/v1/account/invoices').expect(200)).body.items).toEqual([]);
    await other.get(`/v1/account/invoices/${id}`).expect(404);
    await other.get(`/v1/account/invoices/${id}/document`).expect(404);
  });

  test('CRY-08 no card, and nobody’s name, comes into the database', async () => {
    const owner = await billing.trial('Cards');
    await billing.buy(owner, 'starter', 2);
    const [row] = await billing.inAccount<{ text: string }>(
      owner,
      `select jsonb_agg(to_jsonb(e))::text || (select jsonb_agg(to_jsonb(s))::text from subscriptions s where s.account_id = $1)
         || (select jsonb_agg(to_jsonb(i))::text from invoices i where i.account_id = $1) as text
       from billing_events e where e.account_id = $1`,
    );
    expect(row?.text).toContain(provider === 'paddle' ? 'ctm_' : 'cus_');
    // what the provider sends with every bill, and is not to be kept; an id can have any digits in it
    const sent = billing.payments.deliveries.all.map(({ body }) => body).join();
    expect(sent).toMatch(provider === 'paddle' ? /"last4":"4242"/ : /"customer_email":"[^"]+@example\.com"/);
    expect(row?.text).not.toMatch(/\b4242\b|last4|visa|cardholder|example\.com/i);
  });
});
