import { Injectable, Logger } from '@nestjs/common';
import { type AccountPlace, type Actor, ContextStore } from '#libs/context';
import { Cells } from './cells.service.js';
import { UnitOfWork } from '../work/unit-of-work.service.js';
import { WorkerDirectory } from './directory.service.js';

const ACCOUNTS_AT_ONCE = 500;

/** Goes through every account of every cell, for what a worker does from time to time. */
@Injectable()
export class EveryAccount {
  private readonly logger = new Logger('worker');

  constructor(
    private readonly cells: Cells,
    private readonly directory: WorkerDirectory,
    private readonly contexts: ContextStore,
    private readonly work: UnitOfWork,
  ) {}

  /**
   * Does something in each account, one after the other. One account's trouble is logged and does not keep the others from their
   * turn: the next round tries it again.
   *
   * @param duty what the log calls it.
   * @param work returns how much it did.
   * @param signal stops it between two accounts.
   * @returns how much was done in all.
   */
  async sum(duty: string, work: (account: AccountPlace) => Promise<number>, signal?: AbortSignal): Promise<number> {
    let sum = 0;
    for await (const account of this.places()) {
      if (signal?.aborted) break;
      try {
        sum += await work(account);
      } catch (error) {
        this.logger.error({ error, account_id: account.id, duty });
      }
    }
    return sum;
  }

  /**
   * Performs a step in each account until it finds nothing more to do, each time in a transaction of its own. After an interruption, the
   * next run continues.
   *
   * @param step runs in a unit of work and returns how much it did; 0 ends the account's turn.
   * @param signal stops it between two steps.
   * @returns how much was done in all.
   */
  drain(
    { duty, actor }: { readonly duty: string; readonly actor: Actor },
    step: () => Promise<number>,
    signal?: AbortSignal,
  ): Promise<number> {
    const inAccount = async (account: AccountPlace) => {
      let sum = 0;
      for (let done = 1; done > 0 && !signal?.aborted; sum += done)
        done = await this.contexts.runAs({ actor, account }, () => this.work.run(step));
      return sum;
    };
    return this.sum(duty, inAccount, signal);
  }

  private async *places(): AsyncGenerator<AccountPlace> {
    for (const { name: cell } of this.cells.all()) {
      for (let after: string | null = null, more = true; more; ) {
        const accounts: { account_id: string }[] = await this.directory.call('accounts_of_cell', {
          ofCell: cell,
          afterId: after,
          most: ACCOUNTS_AT_ONCE,
        });
        for (const { account_id: id } of accounts) yield { id, cell };
        after = accounts.at(-1)?.account_id ?? null;
        more = accounts.length === ACCOUNTS_AT_ONCE;
      }
    }
  }
}
