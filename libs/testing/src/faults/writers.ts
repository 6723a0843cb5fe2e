import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#libs/context';
import { Wire } from '../wire.js';
import type { LoggedWrite } from './write-log.js';

/** How the writers reach the API, which may be another process by the next request. */
export interface Destination {
  /** Port of the API now. */
  readonly port: () => number;
  readonly token: string;
  readonly datasetId: string;
}

/** An answer that was not a success, as far as it says when to come back. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly retryAfter: string | undefined;
}

const AT_ONCE = 8;
/** Of a hundred writes those that are sent once and never again, whatever comes of it. */
const GIVEN_UP = 10;
const PAUSE_MS = 150;
const DEADLINE_MS = 45_000;
const TIMEOUT_MS = 30_000;

/**
 * Clients that write without pause and keep a log of what was acknowledged. What got no answer, or one that asks to come
 * back, is sent again with the same `Idempotency-Key` until it is acknowledged.
 */
export class Writers {
  readonly log: LoggedWrite[] = [];
  /** Answers that were no success. */
  readonly refusals: Refusal[] = [];
  /** Requests that got no answer at all. */
  unanswered = 0;
  /** Repetitions whose answer was another one than an answer seen before. */
  readonly contradictions: string[] = [];
  private readonly wires = new Map<number, Wire>();
  private writing = true;
  private readonly done: Promise<unknown>;

  constructor(private readonly destination: Destination) {
    this.done = Promise.all(Array.from({ length: AT_ONCE }, () => this.write()));
  }

  /** Writes acknowledged so far. */
  get acknowledged(): number {
    return this.log.filter(({ id }) => id !== undefined).length;
  }

  /** Waits until so many more writes are acknowledged. @throws {Error} where that takes longer than 45 s */
  async reach(more: number): Promise<void> {
    const goal = this.acknowledged + more;
    for (let waited = 0; this.acknowledged < goal; waited += 50) {
      if (waited > DEADLINE_MS) throw new Error(`only ${goal - this.acknowledged} writes short of ${more} in 45 s`);
      await sleep(50);
    }
  }

  /** Lets every writer finish what it has begun. */
  async stop(): Promise<void> {
    this.writing = false;
    await this.done;
    for (const wire of this.wires.values()) wire.close();
  }

  private async write(): Promise<void> {
    while (this.writing) {
      const mark = `write ${newId()}`;
      const key = newId();
      const entry: LoggedWrite = { mark, sent: 0 };
      this.log.push(entry);
      const once = Math.random() * 100 < GIVEN_UP;
      const deadline = Date.now() + DEADLINE_MS;
      do {
        entry.sent += 1;
        const id = await this.send(mark, key).catch(() => {
          this.unanswered += 1;
          return undefined;
        });
        if (id !== undefined) {
          entry.id = id;
          await this.repeatSometimes(mark, key, id);
          break;
        }
        await sleep(PAUSE_MS);
      } while (!once && Date.now() < deadline);
    }
  }

  /** Asks once more for what was acknowledged: the answer must be the same. */
  private async repeatSometimes(mark: string, key: string, id: string): Promise<void> {
    if (Math.random() * 100 >= GIVEN_UP) return;
    const again = await this.send(mark, key).catch(() => undefined);
    if (again !== undefined && again !== id) this.contradictions.push(`${mark} was ${id} and then ${again}`);
  }

  /** The way to the API as it is now: after a restart it listens elsewhere. */
  private wire(): Wire {
    const port = this.destination.port();
    const known = this.wires.get(port) ?? Wire.at(port, AT_ONCE);
    this.wires.set(port, known);
    return known;
  }

  /** Sends a write; its row's id, or undefined for a refusal. @throws {Error} where there was no answer */
  private async send(mark: string, key: string): Promise<string | undefined> {
    const { token, datasetId } = this.destination;
    const body = JSON.stringify({ dataset_id: datasetId, title: mark, body: mark });
    const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
    const call = { method: 'POST', path: '/v1/documents', headers, body };
    const answer = await this.wire().send(call, token, AbortSignal.timeout(TIMEOUT_MS));
    if (answer.status === 201) return JSON.parse(answer.text).id as string;
    this.refusals.push({
      status: answer.status,
      code: String(parsed(answer.text)['code']),
      retryAfter: answer.headers['retry-after'] as string | undefined,
    });
    return undefined;
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
