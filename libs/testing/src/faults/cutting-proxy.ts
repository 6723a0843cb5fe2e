import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where a connection is cut: between the context and the statement it is for, or after COMMIT and before its answer. */
export type Cut = 'after context' | 'after commit';

const EXECUTE = 'E'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);

/**
 * Stands between the API and its server, reads what the API says, and cuts a connection at a place of one's choice
 * (PostgreSQL 18 manual, 54.7 "Message Formats"). It listens in this process, on 127.0.0.1.
 */
export class CuttingProxy {
  /** Connections cut so far. */
  cuts = 0;
  private wanted: Cut | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {}

  static async start(target: number): Promise<CuttingProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new CuttingProxy(server, target);
    server.on('connection', (client) => proxy.pass(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The same database, through the proxy. */
  through(href: string): string {
    const url = new URL(href);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Cuts the next connection that comes to this place. */
  cutNext(cut: Cut): void {
    this.wanted = cut;
  }

  stop(): void {
    this.server.close();
  }

  private pass(client: Socket): void {
    const upstream = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    const texts = new Map<string, string>();
    let deaf = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (part: Buffer) => {
      const cut = this.placeIn(part, texts);
      if (!cut) {
        upstream.write(part);
        return;
      }
      this.cuts += 1;
      this.wanted = undefined;
      if (cut.kind === 'after commit') {
        // the server hears it, and answers nobody
        deaf = true;
        upstream.write(part);
      } else upstream.write(part.subarray(0, cut.at), end);
    });
    upstream.on('data', (part) => {
      if (deaf) end();
      else client.write(part);
    });
  }

  /** Whether this is the place, and how much of it still goes through. */
  private placeIn(part: Buffer, texts: Map<string, string>): { kind: Cut; at: number } | undefined {
    let executes = 0;
    let first = 0;
    let binds = '';
    for (let at = 0; at + 5 <= part.length; ) {
      const kind = part[at];
      const length = part.readUInt32BE(at + 1);
      const body = part.subarray(at + 5, at + 1 + length);
      if (kind === PARSE) {
        const [name = '', text = ''] = stringsOf(body);
        texts.set(name, text);
      } else if (kind === BIND) {
        const [, name = ''] = stringsOf(body);
        binds += `${texts.get(name) ?? ''};`;
      } else if (kind === EXECUTE) {
        executes += 1;
        if (executes === 1) first = at + 1 + length;
      }
      at += 1 + length;
    }
    if (this.wanted === 'after commit' && /(^|;)commit;/i.test(binds)) return { kind: 'after commit', at: part.length };
    if (
      this.wanted === 'after context' &&
      executes > 1 &&
      binds.startsWith('select set_config') &&
      !/read_only/.test(binds)
    )
      return { kind: 'after context', at: first };
    return undefined;
  }
}

/** The first two strings of a message, which end in zero. */
function stringsOf(body: Buffer): string[] {
  const first = body.indexOf(0);
  const second = body.indexOf(0, first + 1);
  return [body.toString('utf8', 0, first), body.toString('utf8', first + 1, second)];
}
