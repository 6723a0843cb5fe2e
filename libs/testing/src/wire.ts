import { Agent, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  /** Lets the application listen on a free port where it does not yet. */
  static async to(app: NestFastifyApplication): Promise<Wire> {
    const server = app.getHttpServer();
    if (!server.listening) await app.listen(0, '127.0.0.1');
    return Wire.at((server.address() as AddressInfo).port);
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
