import { connect, type Socket } from 'node:net';

/** What one block of requests came to. */
export interface Load {
  readonly perSecond: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Sends requests that are made beforehand over a few connections, each the next as soon as its answer is in. It reads no more
 * of an answer than its status and length: on a machine shared with the server, a client that does more is what one measures.
 */
export class HttpLoad {
  private readonly connections: Promise<Connection[]>;

  constructor(
    port: number,
    private readonly requests: readonly Buffer[],
    atOnce: number,
  ) {
    this.connections = Promise.all(Array.from({ length: atOnce }, () => Connection.open(port)));
  }

  /** Sends requests for so long. @throws {Error} for an answer that is neither 200 nor 201 */
  async run(milliseconds: number): Promise<Load> {
    const connections = await this.connections;
    const began = performance.now();
    const latencies: number[] = [];
    let turn = 0;
    await Promise.all(
      connections.map(async (connection) => {
        while (performance.now() - began < milliseconds) {
          const request = this.requests[turn++ % this.requests.length];
          const sent = performance.now();
          await connection.roundTrip(request as Buffer);
          latencies.push(performance.now() - sent);
        }
      }),
    );
    return { perSecond: turn / ((performance.now() - began) / 1_000), latencies };
  }

  /** Sends the first request and returns the whole answer. */
  async once(): Promise<string> {
    const [connection] = await this.connections;
    return connection && this.requests[0] ? connection.send(this.requests[0]) : '';
  }

  async close(): Promise<void> {
    for (const connection of await this.connections) connection.close();
  }
}

/** A request as it goes over the wire. */
export function requestOf(method: string, path: string, token: string, body?: unknown): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body);
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: Bearer ${token}`];
  if (text) lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

class Connection {
  private parts: Buffer[] = [];
  private received = 0;
  private expected = 0;
  private settle: ((error?: Error) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (part: Buffer) => this.take(part));
    socket.on('error', (error) => this.settle?.(error));
    socket.on('close', () => this.settle?.(new Error('The server closed the connection.')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  async send(request: Buffer): Promise<string> {
    await this.roundTrip(request);
    return Buffer.concat(this.parts).toString('utf8');
  }

  roundTrip(request: Buffer): Promise<void> {
    this.parts = [];
    this.received = 0;
    this.expected = 0;
    return new Promise((resolve, reject) => {
      this.settle = (error) => {
        this.settle = undefined;
        if (error) reject(error);
        else resolve();
      };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(part: Buffer): void {
    this.parts.push(part);
    this.received += part.length;
    if (!this.expected) this.readHead();
    if (this.expected && this.received >= this.expected) this.settle?.();
  }

  private readHead(): void {
    const whole = this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts);
    const end = whole.indexOf(HEAD_END);
    if (end < 0) return;
    const head = whole.toString('latin1', 0, end);
    if (!/^20[01]/.test(head.slice(9, 12))) {
      this.settle?.(new Error(`An arm answered: ${whole.toString('utf8').slice(0, 600)}`));
      return;
    }
    const [, length] = /content-length: (\d+)/i.exec(head) ?? [];
    if (!length) this.settle?.(new Error('An arm answered without Content-Length.'));
    else this.expected = end + HEAD_END.length + Number(length);
  }
}
