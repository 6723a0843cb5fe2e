import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type AccountPlace, ContextStore, job } from '#libs/context';
import { UnitOfWork } from '#libs/database';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

const WRITE_EVERY_MS = 10_000;
const ACTOR = job('request-meter');

/**
 * Counts requests by account, in memory, and adds them to the month's figure every ten seconds: a request costs an addition.
 * What a process has counted since is lost where it is killed.
 */
@Injectable()
export class RequestMeter implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('billing');
  private counted = new Map<string, { readonly account: AccountPlace; requests: number }>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly contexts: ContextStore,
    private readonly work: UnitOfWork,
  ) {}

  onModuleInit(): void {
    if (!this.host.httpAdapter) return;
    this.host.httpAdapter.getInstance().addHook('onResponse', async () => {
      const account = this.contexts.current()?.account;
      if (account) this.count(account);
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
      const counted = this.counted;
      this.counted = new Map();
      for (const { account, requests } of counted.values())
        await this.add(account, requests).catch((error: unknown) => {
          this.logger.warn({ error, account_id: account.id, duty: 'request meter' });
          this.count(account, requests);
        });
    });
    return this.writing;
  }

  private count(account: AccountPlace, requests = 1): void {
    const known = this.counted.get(account.id);
    if (known) known.requests += requests;
    else this.counted.set(account.id, { account, requests });
  }

  /** Adds to the month's figure of an account. */
  add(account: AccountPlace, requests: number): Promise<void> {
    return this.contexts.runAs({ actor: ACTOR, account }, () =>
      this.work.run(async () => {
        const unit = this.work.require();
        // a figure, not an act
        unit.nothingHappened();
        await unit.manager.query(
          `insert into account_requests as r (account_id, month, requests)
           values ($1, date_trunc('month', now() at time zone 'UTC')::date, $2)
           on conflict (account_id, month) do update set requests = r.requests + excluded.requests`,
          [account.id, requests],
        );
      }),
    );
  }
}
