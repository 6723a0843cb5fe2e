import { Injectable } from '@nestjs/common';
import { BillingNotConfiguredError } from '../billing.errors.js';
import type { PaymentProvider } from './payment-provider.port.js';

/** The providers of payments of this installation: one that is bought from, and those that were before. */
@Injectable()
export class Payments {
  /** @param providers the one that is bought from first; none where no payments are taken. */
  constructor(private readonly providers: readonly PaymentProvider[]) {}

  /** The one that is bought from. @throws {BillingNotConfiguredError} where no payments are taken */
  get current(): PaymentProvider {
    const [first] = this.providers;
    if (!first) throw new BillingNotConfiguredError();
    return first;
  }

  /** A provider by its name. @throws {BillingNotConfiguredError} where this installation knows it not */
  of(name: string | null): PaymentProvider {
    const found = this.providers.find((provider) => provider.name === name);
    if (!found) throw new BillingNotConfiguredError();
    return found;
  }
}
