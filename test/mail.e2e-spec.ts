import type { AddressInfo } from 'node:net';
import { asOperator } from '#libs/database';
import { OutboxDelivery } from '#libs/mail';
import type { World } from '#libs/testing';
import { SMTPServer } from 'smtp-server';
import { openWorld } from './open-world.js';

let refuse: number | undefined;
const taken: string[] = [];
let server: SMTPServer;
let world: World;

beforeAll(async () => {
  server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo(_, __, done) {
      done(refuse ? Object.assign(new Error('not now, someone@example.com'), { responseCode: refuse }) : null);
    },
    onData(stream, session, done) {
      stream.resume();
      stream.on('end', () => {
        taken.push(...session.envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  world = await openWorld({ MAIL_URL: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}` });
});
afterAll(async () => {
  await world.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const deliver = async () => (await world.worker()).get(OutboxDelivery).deliverDue();
const outbox = (userEmail: string) =>
  asOperator(world.databases.adminUrlOf('directory'), async (admin) => {
    const { rows } = await admin.query<{
      attempts: number;
      sent: boolean;
      failed: boolean;
      problem: string | null;
      wait: number;
    }>(
      `select attempts, sent_at is not null as sent, failed_at is not null as failed, problem,
         round(extract(epoch from due_at - now()))::int as wait from outbox_messages where email = $1`,
      [userEmail],
    );
    return rows;
  });
const makeDue = () =>
  asOperator(world.databases.adminUrlOf('directory'), (admin) =>
    admin.query('update outbox_messages set due_at = now()'),
  );

async function asked(name: string): Promise<string> {
  const { email } = await world.person(name);
  await world.nobody.post('/v1/password-resets', { email }).expect(202);
  return email;
}

test('what was asked for is sent once over SMTP, by however many workers', async () => {
  const email = await asked('Once');
  await Promise.all([deliver(), deliver(), deliver()]);
  await deliver();
  expect(taken.filter((to) => to === email)).toEqual([email]);
  expect(await outbox(email)).toMatchObject([{ attempts: 1, sent: true, failed: false }]);
});

test('a server that refuses for now is tried again later, and what it said is kept without addresses', async () => {
  const email = await asked('Later');
  refuse = 451;
  await deliver();
  expect(await outbox(email)).toMatchObject([
    { attempts: 1, sent: false, failed: false, problem: expect.stringContaining('not now, …'), wait: 10 },
  ]);
  refuse = undefined;
  await deliver();
  expect(taken).not.toContain(email);
  await makeDue();
  await deliver();
  expect(taken).toContain(email);
  expect(await outbox(email)).toMatchObject([{ attempts: 2, sent: true, problem: null }]);
});

test('one that refuses for good is not asked again', async () => {
  const email = await asked('Never');
  refuse = 550;
  await deliver();
  refuse = undefined;
  await makeDue();
  await deliver();
  expect(await outbox(email)).toMatchObject([{ attempts: 1, sent: false, failed: true }]);
  expect(taken).not.toContain(email);
});

test('beside a mail server there is no page of mails', async () => {
  await world.nobody.get('/dev/mail').expect(404);
});
