import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalCredentials, PlanCatalogue, ProviderName } from '#libs/billing';
import { type BillingSettings, deriveText } from '#libs/context';
import { sendTo } from './deliveries.js';
import { LocalClock } from './local-clock.js';
import { LocalPaddle } from './local-paddle.js';
import type { LocalServer } from './local-server.js';
import { LocalStripe } from './local-stripe.js';
import type { Books, Price } from './merchant.js';

/** What the local provider of an installation is asked and signs with; of its own secret, so that every process knows it. */
export function localCredentials(secret: KeyObject): LocalCredentials {
  return {
    key: deriveText(secret, 'local payments key'),
    webhookSecret: deriveText(secret, 'local payments webhooks'),
  };
}

/** What a catalogue sells, as a provider has it. */
export function pricesOf(plans: PlanCatalogue, provider: ProviderName): Price[] {
  return plans.all.flatMap(({ name, price, references }) => {
    const id = references[provider];
    return id ? [{ id, name, ...price }] : [];
  });
}

/**
 * Starts the local provider of payments that settings name; it keeps its books in the data folder.
 *
 * @param apiUrl where webhooks go: the base address of the API.
 * @returns undefined where the settings name none.
 */
export async function startLocalPayments(
  { localPort, clockFile, payments: [first] }: BillingSettings,
  credentials: LocalCredentials,
  plans: PlanCatalogue,
  dataDirectory: string,
  apiUrl: string,
): Promise<LocalServer | undefined> {
  if (localPort === undefined || !clockFile || !first) return undefined;
  const path = join(dataDirectory, `local-${first.provider}.json`);
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  const options = {
    ...credentials,
    send: sendTo(`${apiUrl}/v1/webhooks/${first.provider}`),
    prices: pricesOf(plans, first.provider),
    clock: new LocalClock(clockFile),
    books: kept ? (JSON.parse(kept) as Books) : undefined,
    keep: (books: Books) => writeFileSync(path, JSON.stringify(books)),
  };
  const server = first.provider === 'paddle' ? new LocalPaddle(options) : new LocalStripe(options);
  await server.listen(localPort);
  return server;
}
