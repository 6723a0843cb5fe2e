import { setTimeout as sleep } from 'node:timers/promises';

/** A webhook that waits to be taken. */
export interface Delivery {
  readonly body: string;
}

/** Delivers a webhook once; false where it was not taken. */
export type Send = (body: string, headers: Record<string, string>) => Promise<boolean>;

const AGAIN_MS = 500;

/** Delivers webhooks to an address. */
export function sendTo(url: string): Send {
  return async (body, headers) => {
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.ok;
  };
}

/** Delivers webhooks in order, each until it is taken; signed anew every time, as providers do. */
export class Deliveries {
  private readonly waiting: Delivery[] = [];
  private running: Promise<void> | undefined;
  private ended = false;
  /** Everything that was to be delivered so far, for tests that deliver it once more. */
  readonly all: Delivery[] = [];

  /**
   * @param send delivers one; false where it was not taken.
   * @param headersOf what a body is signed with, made at the time of each try.
   */
  constructor(
    private readonly send: Send,
    private readonly headersOf: (body: string) => Record<string, string>,
  ) {}

  add(delivery: Delivery): void {
    this.all.push(delivery);
    this.waiting.push(delivery);
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
  }

  /** Once everything was taken. */
  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  end(): void {
    this.ended = true;
  }

  private async run(): Promise<void> {
    for (let [next] = this.waiting; next && !this.ended; [next] = this.waiting) {
      if (await this.try(next.body)) this.waiting.shift();
      else await sleep(AGAIN_MS, undefined, { ref: false });
    }
  }

  private try(body: string): Promise<boolean> {
    return this.send(body, { 'content-type': 'application/json', ...this.headersOf(body) }).catch(() => false);
  }
}
