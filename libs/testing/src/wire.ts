import { Agent, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Answer } from './answers.js';
import type { Call } from './isolation/calls.js';

const FIRST_EVENT_MS = 100;
/** One that is asked to begin with what was there says something. */
const RESUMED_MS = 3_000;

/** A stream of events does not end: what it says first is its answer, and where it says nothing for a while, nothing is. */
function endWithFirstEvent(answer: IncomingMessage, resumed: boolean, done: () => void): void {
  const end = () => {
    clearTimeout(timer);
    done();
    answer.destroy();
  };
  const timer = setTimeout(end, resumed ? RESUMED_MS : FIRST_EVENT_MS);
  // after its own listener has the part
  answer.on('data', (part: Buffer) => part.includes('event:') && setImmediate(end));
  answer.on('close', () => clearTimeout(timer));
}

/** A stream of events that goes on until it is closed. */
export class OpenStream {
  private said = '';

  constructor(private readonly answer: IncomingMessage) {
    answer.setEncoding('utf8').on('data', (part: string) => {
      this.said += part;
    });
    // it is cut off by whoever closes it
    answer.on('error', () => undefined);
  }

  /** Everything that it has said, once that contains `text`; null where it has not after so many milliseconds. */
  async until(text: string, withinMs: number): Promise<string | null> {
    const deadline = performance.now() + withinMs;
    while (!this.said.includes(text)) {
      if (performance.now() > deadline || this.answer.destroyed) return null;
      await sleep(10);
    }
    return this.said;
  }

  close(): void {
    this.answer.destroy();
  }
}

/** Sends requests to an application over the loopback and gives the answers as they came. */
export class Wire {
  private readonly agent: Agent;

  private constructor(
    private readonly port: number,
    atOnce: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  }

  /** To whatever listens on a port of 127.0.0.1. @param atOnce most connections, default 8 */
  static at(port: number, atOnce = 8): Wire {
    return new Wire(port, atOnce);
  }

  /** Lets the application listen on a free port where it does not yet. @param atOnce most connections, default 8 */
  static async to(app: NestFastifyApplication, atOnce = 8): Promise<Wire> {
    const server = app.getHttpServer();
    if (!server.listening) await app.listen(0, '127.0.0.1');
    return Wire.at((server.address() as AddressInfo).port, atOnce);
  }

  /**
   * Opens a stream of events and comes back once its head is there; {@link OpenStream.until} waits for what it says.
   *
   * @throws {Error} where the answer is no stream
   */
  follow({ method, path, headers }: Call, token: string): Promise<OpenStream> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: false,
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          headers: { ...headers, authorization: `Bearer ${token}` },
        },
        (answer) => {
          if (/^text\/event-stream/.test(answer.headers['content-type'] ?? '')) return resolve(new OpenStream(answer));
          answer.destroy();
          return reject(new Error(`the stream was not opened: ${answer.statusCode}`));
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }

  /**
   * Sends one request.
   *
   * @param signal hangs up when it is aborted.
   * @throws {Error} where there is no answer
   */
  send({ method, path, headers, body }: Call, token?: string, signal?: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.agent,
          ...(signal && { signal }),
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          headers: {
            ...headers,
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          const done = () => resolve({ ...head, text: Buffer.concat(parts).toString() });
          const head = { status: answer.statusCode ?? 0, headers: answer.headers };
          if (/^text\/event-stream/.test(answer.headers['content-type'] ?? ''))
            endWithFirstEvent(answer, 'last-event-id' in headers, done);
          answer.on('data', (part) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', done);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
