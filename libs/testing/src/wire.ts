import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Answer } from './answers.js';
import type { Call } from './isolation/calls.js';

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
          answer.on('data', (part) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }),
          );
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
