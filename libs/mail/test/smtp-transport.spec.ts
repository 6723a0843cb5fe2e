import type { AddressInfo } from 'node:net';
import { compose, RejectedMailError } from '#libs/mail';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { SmtpTransport } from '../src/smtp-transport.js';

interface Received {
  readonly from: string;
  readonly to: string[];
  readonly raw: string;
}

const servers: SMTPServer[] = [];
const transports: SmtpTransport[] = [];

afterEach(async () => {
  for (const transport of transports.splice(0)) transport.close();
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** A real mail server on the loopback. */
async function serve(options: SMTPServerOptions = {}): Promise<{ url: URL; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString('utf8');
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
    ...options,
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { url: new URL(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`), received };
}

function transportTo(url: URL, requireTls = false): SmtpTransport {
  const from = 'Bulkhead <no-reply@bulkhead.example>';
  const transport = new SmtpTransport({ url: url.href, from, requireTls });
  transports.push(transport);
  return transport;
}

const MAIL = compose({
  to: 'olivia@northlight.example',
  subject: 'Set a new password',
  paragraphs: ['Hello <Olivia> & friends,', 'this is for you.'],
  code: 'bh_vt_secret',
});

test('a mail arrives, as text and as HTML, with the message’s own id', async () => {
  const { url, received } = await serve();
  await transportTo(url).send(MAIL, 'message-1');
  expect(received).toHaveLength(1);
  const [{ from, to, raw }] = received as [Received];
  expect({ from, to }).toEqual({ from: 'no-reply@bulkhead.example', to: ['olivia@northlight.example'] });
  expect(raw).toMatch(/^Message-ID: <message-1@bulkhead\.example>\r$/m);
  expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(raw).toContain('multipart/alternative');
  expect(raw).toContain('Hello <Olivia> & friends');
  expect(raw).toContain('Hello &#60;Olivia&#62; &#38; friends');
});

test('a server that offers no TLS is sent nothing where TLS is required', async () => {
  const { url, received } = await serve({ hideSTARTTLS: true });
  await expect(transportTo(url, true).send(MAIL, 'message-3')).rejects.toThrow();
  expect(received).toEqual([]);
});

test('an address is one recipient, whatever stands in it', async () => {
  const { url, received } = await serve();
  await transportTo(url)
    .send({ ...MAIL, to: 'o,second@northlight.example' }, 'message-2')
    .catch(() => undefined);
  expect(received.flatMap(({ to }) => to).filter((to) => to === 'second@northlight.example')).toEqual([]);
});

test('signs in to a server that wants it', async () => {
  const seen: string[] = [];
  const { url, received } = await serve({
    authOptional: false,
    onAuth({ username, password }, _, done) {
      seen.push(`${username}:${password}`);
      done(null, { user: username });
    },
  });
  url.username = 'mailer';
  url.password = encodeURIComponent('p@ss word');
  await transportTo(url).send(MAIL, 'message-3');
  expect({ seen, received: received.length }).toEqual({ seen: ['mailer:p@ss word'], received: 1 });
});

test('a refusal for good is told from one to try again', async () => {
  const refusing = (code: number) =>
    serve({
      onRcptTo(_, __, done) {
        done(Object.assign(new Error('no'), { responseCode: code }));
      },
    });
  const [forGood, forNow] = [await refusing(550), await refusing(451)];
  await expect(transportTo(forGood.url).send(MAIL, 'message-4')).rejects.toBeInstanceOf(RejectedMailError);
  await expect(transportTo(forNow.url).send(MAIL, 'message-5')).rejects.not.toBeInstanceOf(RejectedMailError);
});

test('a sign-in or a sender that is refused is one to try again: it is not the mail’s fault', async () => {
  const closed = await serve({
    authOptional: false,
    onAuth: (_, __, done) => done(Object.assign(new Error('no'), { responseCode: 535 })),
  });
  closed.url.username = 'mailer';
  closed.url.password = 'expired';
  const strict = await serve({
    onMailFrom: (_, __, done) => done(Object.assign(new Error('no'), { responseCode: 550 })),
  });
  for (const { url } of [closed, strict])
    await expect(transportTo(url).send(MAIL, 'message-7')).rejects.not.toBeInstanceOf(RejectedMailError);
});

test('a server that is not there is one to try again', async () => {
  await expect(transportTo(new URL('smtp://127.0.0.1:9')).send(MAIL, 'message-6')).rejects.not.toBeInstanceOf(
    RejectedMailError,
  );
});
