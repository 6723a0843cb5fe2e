import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLocalArrival } from '#libs/http';
import { Deliveries, type Send } from './deliveries.js';
import type { LocalClock } from './local-clock.js';
import { type Books, type IdOf, Merchant, type Price, RefusedError, type Report } from './merchant.js';

/** What a local provider of payments needs. */
export interface LocalOptions {
  /** Who may ask. */
  readonly key: string;
  /** What webhooks are signed with. */
  readonly webhookSecret: string;
  /** Takes webhooks. */
  readonly send: Send;
  readonly prices: readonly Price[];
  readonly clock: LocalClock;
  /** Kept from before. Default none. */
  readonly books?: Books | undefined;
  /** Told after each change, to keep the books. Default nobody. */
  readonly keep?: (books: Books) => void;
}

/** A request as the faces see it. */
export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What is answered: JSON, or a page. */
export type LocalAnswer = { readonly status?: number; readonly json: unknown } | { readonly html: string };

/** An operation: what it answers to, with the parts of the path in parentheses. */
export type Route = readonly [
  method: string,
  path: RegExp,
  answer: (parts: string[], request: LocalRequest) => LocalAnswer,
];

/**
 * A provider of payments for development and tests, without money and without an account anywhere: it speaks a real provider's
 * HTTP and signs real webhooks. Beside that it has pages on which to pay, and `/_local`, by which time and cards are moved.
 */
export abstract class LocalServer {
  readonly merchant: Merchant;
  readonly deliveries: Deliveries;
  private readonly server: Server;
  /** Whether it answers nothing, as one does that is down. */
  isDown = false;

  protected constructor(
    protected readonly options: LocalOptions,
    idOf: IdOf,
  ) {
    this.deliveries = new Deliveries(options.send, (body) => this.sign(body));
    this.merchant = new Merchant(
      options.prices,
      idOf,
      () => options.clock.now(),
      (report) => this.deliver(report),
      options.books,
    );
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** The operations of the provider, which need its key. */
  protected abstract readonly routes: readonly Route[];
  /** Headers that say a body is the provider's. */
  protected abstract sign(body: string): Record<string, string>;
  /** The bodies of webhooks that report something. */
  protected abstract eventsOf(report: Report): readonly object[];
  protected abstract isAllowed(headers: IncomingMessage['headers']): boolean;
  protected abstract refusal(error: RefusedError): LocalAnswer;

  /** Begins to listen on this machine alone. @param port 0 for any @returns the base address */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    this.merchant.catchUp();
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.deliveries.end();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Moves time on, with everything that comes due on the way. */
  advance(days: number): Date {
    const now = this.options.clock.move(days);
    this.merchant.catchUp();
    this.keep();
    return now;
  }

  private deliver(report: Report): void {
    for (const event of this.eventsOf(report)) this.deliveries.add({ body: JSON.stringify(event) });
  }

  private keep(): void {
    this.options.keep?.(this.merchant.books);
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isDown) return void incoming.socket.destroy();
    // pages on which to pay and `/_local` need no key: they are this machine's alone
    const ip = incoming.socket.remoteAddress ?? null;
    if (!isLocalArrival({ ip, headers: incoming.headers })) return void response.writeHead(403).end();
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { pathname: path, searchParams: query } = new URL(incoming.url ?? '/', this.url);
    const { method = 'GET', headers } = incoming;
    const answer = this.answerTo({ method, path, query, headers, body: Buffer.concat(chunks).toString('utf8') });
    const date = this.options.clock.now().toUTCString();
    if ('html' in answer)
      response.writeHead(200, { date, 'content-type': 'text/html; charset=utf-8' }).end(answer.html);
    else
      response
        .writeHead(answer.status ?? 200, { date, 'content-type': 'application/json' })
        .end(JSON.stringify(answer.json));
  }

  private answerTo(request: LocalRequest): LocalAnswer {
    try {
      this.merchant.catchUp();
      const open = this.find(this.pages, request);
      if (!open && !this.isAllowed(request.headers)) throw new RefusedError('authentication_missing', 403);
      const answer = open ?? this.find(this.routes, request);
      if (!answer) throw new RefusedError('invalid_url', 404);
      return answer();
    } catch (error) {
      if (error instanceof RefusedError) return this.refusal(error);
      return { status: 500, json: { error: String(error) } };
    } finally {
      this.keep();
    }
  }

  private find(routes: readonly Route[], request: LocalRequest): (() => LocalAnswer) | undefined {
    for (const [method, pattern, answer] of routes) {
      const parts = method === request.method ? pattern.exec(request.path) : null;
      if (parts) return () => answer(parts.slice(1), request);
    }
    return undefined;
  }

  /** For whoever sits before a browser, or curl: on this machine, without a key. */
  private readonly pages: readonly Route[] = [
    ['GET', /^\/checkout\/(\w+)$/, ([id = '']) => ({ html: this.checkoutPage(id) })],
    ['POST', /^\/checkout\/(\w+)\/pay$/, ([id = '']) => ({ json: { subscription: this.merchant.pay(id).id } })],
    ['GET', /^\/portal\/(\w+)$/, ([id = '']) => ({ html: this.portalPage(id) })],
    [
      'GET',
      /^\/bills\/(\w+)$/,
      ([id = '']) => ({ html: `<pre>${JSON.stringify(this.merchant.bills(id), null, 2)}</pre>` }),
    ],
    [
      'POST',
      /^\/_local\/subscriptions\/(\w+)\/card$/,
      ([id = ''], { body }) => ({ json: { status: this.merchant.card(id, fieldOf(body, 'fails') === true).status } }),
    ],
    [
      'POST',
      /^\/_local\/clock$/,
      (_, { body }) => ({ json: { now: this.advance(Number(fieldOf(body, 'days') ?? 0)) } }),
    ],
    [
      'POST',
      /^\/portal\/subscriptions\/(\w+)\/card\/(good|bad)$/,
      ([id = '', card]) => this.paidPage(id, card === 'bad'),
    ],
  ];

  private checkoutPage(id: string): string {
    const purchase = this.merchant.books.purchases.find((known) => known.id === id);
    if (!purchase) throw new RefusedError('not_found', 404);
    const { name, amount, currency } = this.merchant.priceOf(purchase.price);
    const what = `${name}, ${purchase.quantity} seats, ${((amount * purchase.quantity) / 100).toFixed(2)} ${currency} a month`;
    return page(
      'Checkout of development',
      purchase.subscription
        ? `<p>${what}: paid.</p>`
        : `<p>${what}. No money moves.</p><form method="post" action="/checkout/${id}/pay"><button>Pay</button></form>`,
    );
  }

  private portalPage(customer: string): string {
    const items = this.merchant.books.subscriptions
      .filter((subscription) => subscription.customer === customer)
      .map(
        ({ id, status }) => `<p>${id}: ${status}</p>
<form method="post" action="/portal/subscriptions/${id}/card/good"><button>A card that is good</button></form>
<form method="post" action="/portal/subscriptions/${id}/card/bad"><button>A card that fails</button></form>`,
      );
    return page('Payments of development', items.join('') || '<p>Nothing was bought.</p>');
  }

  private paidPage(id: string, fails: boolean): LocalAnswer {
    const { customer } = this.merchant.card(id, fails);
    return { html: this.portalPage(customer) };
  }
}

function fieldOf(body: string, name: string): unknown {
  try {
    return (JSON.parse(body || '{}') as Record<string, unknown>)[name];
  } catch {
    throw new RefusedError('invalid_json', 400);
  }
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:2em auto;padding:0 1em}</style></head>
<body><h1>${title}</h1>${content}</body></html>`;
}
