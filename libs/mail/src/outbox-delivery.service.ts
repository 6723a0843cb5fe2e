import { Injectable, Logger } from '@nestjs/common';
import { ContextStore, job } from '#libs/context';
import {
  type QueuedWork,
  UnitOfWork,
  WorkerDirectory,
  WorkQueues,
  InjectRepository,
  ScopedRepository,
} from '#libs/database';
import { Duty } from '#libs/jobs';
import { Metrics } from '#libs/telemetry';
import type { Mail } from './mail.js';
import { MailKinds } from './mail-kinds.service.js';
import { MailTransport, RejectedMailError } from './mail-transport.port.js';
import { OutboxMessageEntity } from './outbox-message.entity.js';

const MAX_AT_ONCE = 20;
/** A worker that died with a message in hand has it taken over after so long. */
const LEASE_SECONDS = 120;
/** Seconds until the next try, by how many there were; after the last it is given up. */
const AGAIN_AFTER = [10, 60, 300, 1_800, 7_200, 21_600, 43_200];
const ACTOR = job('mail', []);

interface Claimed {
  readonly mail: Mail | null;
  readonly attempts: number;
}

/**
 * Sends what lies in the outboxes, of the directory and of every account. A message is claimed for two minutes, sent outside
 * any transaction, and then marked: it is sent at least once, twice only where a worker dies in between.
 */
@Injectable()
export class OutboxDelivery {
  private readonly logger = new Logger('mail');

  constructor(
    private readonly directory: WorkerDirectory,
    private readonly queues: WorkQueues,
    private readonly contexts: ContextStore,
    private readonly work: UnitOfWork,
    @InjectRepository(OutboxMessageEntity) private readonly messages: ScopedRepository<OutboxMessageEntity>,
    private readonly kinds: MailKinds,
    private readonly transport: MailTransport,
    private readonly metrics: Metrics,
  ) {}

  /** Sends what is due. @returns how many messages were looked at. */
  @Duty({ name: 'mail' })
  async deliverDue(): Promise<number> {
    let seen = await this.deliverPersonal();
    for (const cell of this.queues.cells) {
      try {
        for (const queued of await this.queues.due(cell, MAX_AT_ONCE)) {
          seen += 1;
          await this.deliverOfAccount(queued);
        }
      } catch (error) {
        // the mail of one cell does not wait for another
        this.logger.warn(`Mail of cell ${cell} could not be looked for: ${error}`);
      }
    }
    return seen;
  }

  /** Measures how long the oldest mail of each queue has waited. @returns 0: there is never more to do */
  @Duty({ name: 'mail backlog', everySeconds: 15 })
  async measureBacklog(): Promise<number> {
    this.metrics.mailAge.set({ queue: 'directory' }, await this.directory.call('oldest_mail_seconds'));
    for (const cell of this.queues.cells)
      this.metrics.mailAge.set({ queue: cell }, await this.queues.oldestMailSeconds(cell));
    return 0;
  }

  private async deliverPersonal(): Promise<number> {
    const claimed = await this.directory.call('claim_mail', { most: MAX_AT_ONCE, leaseSeconds: LEASE_SECONDS });
    for (const { id, kind, user_id: userId, email, email_key: emailKey, details, attempts } of claimed) {
      try {
        const known = details as Readonly<Record<string, unknown>>;
        const mail = await this.kinds.prepare({ id, kind, userId, email, emailKey, details: known });
        if (mail) await this.transport.send(mail, id);
        await this.directory.call('mail_sent', { messageId: id });
      } catch (error) {
        const again = nextTry(error, attempts);
        this.warn(id, again);
        await this.directory.call('mail_not_sent', { messageId: id, why: problemOf(error), againAfterSeconds: again });
      }
    }
    return claimed.length;
  }

  private async deliverOfAccount({ account, id, kind }: QueuedWork): Promise<void> {
    const inAccount = <T>(command: () => Promise<T>) =>
      this.contexts.runAs({ actor: ACTOR, account }, () => this.work.run(command));
    let attempts = AGAIN_AFTER.length;
    try {
      const claimed = await inAccount(() => this.claim(id, kind));
      if (!claimed) return;
      attempts = claimed.attempts;
      if (claimed.mail) await this.transport.send(claimed.mail, id);
      await inAccount(() => this.mark(id, { sentAt: () => 'now()', problem: null }));
    } catch (error) {
      const again = nextTry(error, attempts);
      this.warn(id, again);
      await inAccount(() =>
        this.mark(id, {
          problem: problemOf(error),
          ...(again === null ? { failedAt: () => 'now()' } : { dueAt: inSeconds(again) }),
        }),
      );
    }
  }

  /** Takes a message in hand and makes its mail; undefined where another worker has it. */
  private async claim(id: string, kind: string): Promise<Claimed | undefined> {
    const unit = this.work.require();
    const message = await this.messages.findLocked({ id });
    if (!message || message.sentAt || message.failedAt || message.dueAt.getTime() > Date.now()) {
      unit.nothingHappened();
      return undefined;
    }
    const attempts = message.attempts + 1;
    await this.messages.update({ id }, { attempts, dueAt: inSeconds(LEASE_SECONDS) });
    const mail = await this.kinds.prepareOfAccount(kind, message.subjectId);
    // the act that asked for the mail has its entry; that it was sent is no second act
    if (!unit.entries) unit.nothingHappened();
    return { mail, attempts };
  }

  private async mark(
    id: string,
    changes: Parameters<ScopedRepository<OutboxMessageEntity>['update']>[1],
  ): Promise<void> {
    await this.messages.update({ id }, changes);
    this.work.require().nothingHappened();
  }

  private warn(id: string, again: number | null): void {
    this.logger.warn(`Message ${id} was not sent; ${again === null ? 'given up' : `tried again in ${again} s`}.`);
  }
}

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1_000);
}

function nextTry(error: unknown, attempts: number): number | null {
  if (error instanceof RejectedMailError) return null;
  return AGAIN_AFTER[attempts - 1] ?? null;
}

/** What a server said, without the addresses that servers like to repeat. */
function problemOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .slice(0, 2_000)
    .replace(/[^\s<>@]{1,320}@[^\s<>]{1,320}/g, '…')
    .slice(0, 500);
}
