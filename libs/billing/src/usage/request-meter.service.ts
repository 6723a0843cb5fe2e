import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type AccountPlace, ContextStore, job } from '#libs/context';
import { UnitOfWork } from '#libs/database';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

const WRITE_EVERY_MS = 10_000;
const ACTOR = job('request-meter', []);
/** Accounts that are written at once. */
const AT_ONCE = 4;
/** Refusals of those who are not, or no longer, inside, and of those who are too many. */
const UNCOUNTED: readonly number[] = [401, 429];

const ADD = `insert into account_requests as r (account_id, month, requests)
  values ($1, date_trunc('month', now() at time zone 'UTC')::date, $2)
  on conflict (account_id, month) do update set requests = r.requests + excluded.requests
  returning to_char(r.month, 'YYYY-MM') as month, r.requests::float8 as requests,
    (select (t.limits ->> 'requests')::float8 from account_terms t where t.account_id = $1) as most`;

/** What the database said of an account's requests when they were last written. */
interface Written {
  /** `YYYY-MM`, UTC. */
  readonly month: string;
  readonly requests: number;
  /** Null for as many as one likes. */
  readonly most: number | null;
}

interface Meter {
  readonly account: AccountPlace;
  /** Requests that are not written yet. */
  pending: number;
  written?: Written;
}

/**
 * Counts requests by account, in memory, and adds them to the month's figure every ten seconds: a request costs an addition.
 * What a process has counted since is lost where it is killed. Requests that were refused with 401 or 429 do not count.
 */
@Injectable()
export class RequestMeter implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('billing');
  private readonly meters = new Map<string, Meter>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly contexts: ContextStore,
    private readonly work: UnitOfWork,
  ) {}

  onModuleInit(): void {
    if (!this.host.httpAdapter) return;
    this.host.httpAdapter.getInstance().addHook('onResponse', async (_, reply) => {
      const account = this.contexts.current()?.account;
      if (account && !UNCOUNTED.includes(reply.statusCode)) this.meterOf(account).pending += 1;
    });
    this.timer = setInterval(() => void this.write(), WRITE_EVERY_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /** Writes down what was counted, and from then on only what {@link write} is called for. */
  stop(): Promise<void> {
    clearInterval(this.timer);
    return this.write();
  }

  /** Writes down what was counted. What cannot be written now is written the next time. */
  write(): Promise<void> {
    this.writing = this.writing.then(async () => {
      const waiting = [...this.meters].filter(([id, { pending }]) => {
        // an account at its limit is asked for again: its plan may have changed
        if (pending || this.reachedLimit(id)) return true;
        this.meters.delete(id);
        return false;
      });
      for (let from = 0; from < waiting.length; from += AT_ONCE)
        await Promise.all(waiting.slice(from, from + AT_ONCE).map(([, meter]) => this.writeOne(meter)));
    });
    return this.writing;
  }

  /**
   * Returns the monthly request limit if the account has reached it; otherwise undefined, also until this process has written a count
   * for the account. Requests in progress, and requests that other processes have not written yet, are not included.
   */
  reachedLimit(accountId: string): number | undefined {
    const { written, pending = 0 } = this.meters.get(accountId) ?? {};
    if (!written || written.most === null || written.month !== new Date().toISOString().slice(0, 7)) return undefined;
    return written.requests + pending >= written.most ? written.most : undefined;
  }

  private meterOf(account: AccountPlace): Meter {
    const known = this.meters.get(account.id);
    if (known) return known;
    const meter = { account, pending: 0 };
    this.meters.set(account.id, meter);
    return meter;
  }

  private async writeOne(meter: Meter): Promise<void> {
    const requests = meter.pending;
    try {
      meter.written = await this.add(meter.account, requests);
      meter.pending -= requests;
    } catch (error) {
      this.logger.warn({ error, account_id: meter.account.id, duty: 'request meter' });
    }
  }

  /** Adds to the month's figure of an account. @returns the figure and its limit */
  add(account: AccountPlace, requests: number): Promise<Written> {
    return this.contexts.runAs({ actor: ACTOR, account }, () =>
      this.work.run(async () => {
        const unit = this.work.require();
        // a figure, not an act
        unit.nothingHappened();
        const [row] = await unit.inAccount<Written>(ADD, requests);
        return row as Written;
      }),
    );
  }
}
