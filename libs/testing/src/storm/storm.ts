import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../answers.js';
import type { PastPolicies } from '../isolation/past-policies.js';
import { Wire } from '../wire.js';
import { nextRequest, type StormRequest } from './storm-requests.js';
import { type Sailor, strangerIn } from './storm-world.js';

const AT_ONCE = 24;
const STATEMENT_TIMEOUT = '400ms';

/**
 * People of many accounts who ask at the same time, some of whom hang up, ask what takes too long or fails, or lose their server
 * process. Every answer is looked at for foreign canaries.
 */
export class Storm {
  /** What was wrong with requests, one line each. */
  readonly failures: string[] = [];
  /** How often each kind of request got each status. */
  readonly answers: Record<string, Record<string, number>> = {};
  /** Calm requests that were answered 503. */
  unlucky = 0;
  /** Requests begun. */
  sent = 0;
  private readonly wire: Wire;

  constructor(
    port: number,
    private readonly past: PastPolicies,
    private readonly cell: string,
    private readonly sailors: readonly Sailor[],
    private readonly draw: (below: number) => number,
  ) {
    this.wire = Wire.at(port, AT_ONCE);
  }

  /** Asks and asks, as long as `goesOn` says so. */
  async blow(goesOn: () => boolean, tell: (line: string) => void): Promise<void> {
    let told = performance.now();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (goesOn()) {
          this.sent += 1;
          await this.meet(nextRequest(this.sailors, this.draw));
          if (performance.now() - told < 5_000) continue;
          told = performance.now();
          tell(`${this.sent} requests, ${this.failures.length} failed`);
        }
      }),
    );
    this.wire.close();
  }

  private async meet(asked: StormRequest): Promise<void> {
    const killing = asked.fault === 'killed' ? this.killSomebody() : undefined;
    const answer = await this.send(asked).catch((error: Error) => ({ lost: error.message }));
    await killing;
    const failure = this.judge(asked, answer);
    if (failure) this.failures.push(`${asked.kind}: ${failure}`);
    const status = 'lost' in answer ? 'lost' : String(answer.status);
    const kind = asked.fault === 'aborted' ? 'hung up' : asked.kind;
    this.answers[kind] ??= {};
    this.answers[kind][status] = (this.answers[kind][status] ?? 0) + 1;
  }

  private judge(asked: StormRequest, answer: Answer | { readonly lost: string }): string | undefined {
    if ('lost' in answer) return asked.fault === 'aborted' ? undefined : `no answer: ${answer.lost}`;
    const stranger = strangerIn(answer.text, asked.sailor, asked.within, asked.holdsRows && answer.status < 300);
    if (stranger) return stranger;
    if (answer.status === asked.status) return undefined;
    // its connection was another one's that was killed, or it waited behind those that took too long
    if (answer.status === 503) {
      if (asked.fault === 'none') this.unlucky += 1;
      return undefined;
    }
    return `answered ${answer.status} in place of ${asked.status}: ${answer.text.slice(0, 300)}`;
  }

  private send({ method, path, body, headers = {}, sailor, fault }: StormRequest): Promise<Answer> {
    const call = {
      method,
      path,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    // hung up after a while, whatever has come by then
    const signal = fault === 'aborted' ? AbortSignal.timeout(this.draw(30)) : undefined;
    return this.wire.send(call, sailor.token, signal);
  }

  private async killSomebody(): Promise<void> {
    await sleep(this.draw(10));
    await this.past.rows(
      this.cell,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = 'bulkhead_app' order by random() limit 1`,
    );
  }
}

/** Lets statements of the application time out soon, so that those that take too long do not take the time of the storm. */
export async function shortenStatements(past: PastPolicies, cell: string): Promise<void> {
  const [row] = await past.rows<{ name: string }>(cell, 'select current_database() as name');
  await past.rows(
    cell,
    `alter role bulkhead_app in database ${row?.name} set statement_timeout = '${STATEMENT_TIMEOUT}'`,
  );
  // what is connected already has the longer one
  await past.rows(
    cell,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'bulkhead_app'`,
  );
}

/** Numbers below a bound, the same for the same seed (mulberry32). */
export function drawFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
