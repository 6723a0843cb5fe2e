import { Injectable } from '@nestjs/common';
import { WorkerDirectory } from '#libs/database';
import type { ProviderName } from '../plans/plan.js';

/** Whose what is that a provider has a name for: written down when we ask for it, and never taken from a report. */
@Injectable()
export class BillingReferences {
  constructor(private readonly directory: WorkerDirectory) {}

  /** Says that a reference is an account's, once and for all. @returns whether it is; another account can have been first */
  async claim(provider: ProviderName, reference: string, account: string): Promise<boolean> {
    const owner = await this.directory.call('claim_billing_reference', {
      ofProvider: provider,
      claimed: reference,
      forAccount: account,
    });
    return owner === account;
  }
}
