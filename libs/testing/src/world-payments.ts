import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ProviderName, PROVIDERS, readPlans } from '#libs/billing';
import { LocalClock, LocalPaddle, type LocalServer, LocalStripe, pricesOf } from '#libs/local-payments';
import request from 'supertest';

const KEY = 'asks a local provider';

/** The local provider of payments of a world, with the time of its subscriptions. */
export class WorldPayments {
  readonly server: LocalServer;
  private app: NestFastifyApplication | undefined;

  /** @param folder of the world, where its clock is. */
  constructor(
    readonly provider: ProviderName,
    folder: string,
  ) {
    const options = {
      key: KEY,
      webhookSecret: WorldPayments.secret,
      send: (body: string, headers: Record<string, string>) => this.deliver(body, headers),
      prices: pricesOf(readPlans(undefined), provider),
      clock: new LocalClock(join(folder, 'clock.json')),
    };
    this.server = provider === 'paddle' ? new LocalPaddle(options) : new LocalStripe(options);
  }

  /** What webhooks are signed with. */
  static readonly secret = 'signs what a local provider reports';

  /** Begins to listen. @returns the variables by which it is found */
  async open(): Promise<Record<string, string>> {
    const addresses = { [this.provider]: await this.server.listen(0) };
    // the other one is known as well: it was bought from before, and answers nothing
    return Object.fromEntries([
      ['BILLING_PROVIDER', this.provider],
      ...PROVIDERS.flatMap((provider) => {
        const name = provider.toUpperCase();
        return [
          [`${name}_API_URL`, addresses[provider] ?? 'http://127.0.0.1:9'],
          [`${name}_API_KEY`, KEY],
          // one that is going, and the one that has come in its place
          [`${name}_WEBHOOK_SECRETS`, `one that is going,${WorldPayments.secret}`],
        ];
      }),
    ]);
  }

  /** Has webhooks taken by an application. */
  deliverTo(app: NestFastifyApplication): void {
    this.app = app;
  }

  /** Once everything was delivered. */
  delivered(): Promise<void> {
    return this.server.deliveries.settled();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private async deliver(body: string, headers: Record<string, string>): Promise<boolean> {
    if (!this.app) return false;
    const answer = await request(this.app.getHttpServer())
      .post(`/v1/webhooks/${this.provider}`)
      .set(headers)
      .send(body);
    return answer.status < 300;
  }
}
