import type { ProviderName } from '#libs/billing';
import { ContextStore, job } from '#libs/context';
import { Reader } from '#libs/database';
import type { LocalServer } from '#libs/local-payments';
import { type Client, testKey, type World } from '#libs/testing';
import { openWorld } from './open-world.js';

/** An account on trial, as its owner sees it. */
export type Trial = Client & { readonly accountId: string; readonly workspaceId: string; readonly email: string };

/** A world in which accounts buy, and time passes. */
export class BillingWorld {
  private constructor(readonly world: World) {}

  /** @param variables further ones of the environment. Default none. */
  static async open(provider: ProviderName, variables: Record<string, string> = {}): Promise<BillingWorld> {
    const TOKEN_KEYS = `test:${testKey(provider)}`;
    return new BillingWorld(await openWorld({ BILLING_PROVIDER: provider, TOKEN_KEYS, ...variables }));
  }

  get payments(): LocalServer {
    return this.world.payments.server;
  }

  /** Somebody who has signed up, in their account on trial. */
  async trial(name: string): Promise<Trial> {
    const { email } = await this.world.person(`Owner of ${name}`);
    const person = await (await this.world.signIn(email)).withSecondFactor();
    const opened = { account_name: name, region: 'eu-west-1', workspace_name: 'First' };
    const { body } = await person.post('/v1/me/accounts', opened).expect(201);
    const { account_id: accountId, workspace_id: workspaceId } = body;
    return Object.assign(await person.enterAccount(accountId), { accountId, workspaceId, email });
  }

  /** Does what the worker does, until there is nothing left to do. */
  settle(): Promise<void> {
    return this.world.settle();
  }

  /** Moves time on, and everything with it. */
  async after(days: number): Promise<void> {
    this.payments.advance(days);
    await this.settle();
  }

  /** Buys a plan, and pays. @returns the provider's reference of the subscription */
  async buy(by: Client, plan: string, seats: number): Promise<string> {
    const { body: begun } = await by.post('/v1/account/subscription/checkouts', { plan, seats }).expect(201);
    await this.settle();
    const { body: open } = await by.get(`/v1/account/subscription/checkouts/${begun.id}`).expect(200);
    const paid = await fetch(`${open.url}/pay`, { method: 'POST' });
    const { subscription } = (await paid.json()) as { subscription: string };
    await this.settle();
    return subscription;
  }

  /** Rows of an account, as its own context sees them. */
  inAccount<Row extends Record<string, unknown>>({ accountId: id }: Trial, text: string): Promise<Row[]> {
    const { app } = this.world;
    const account = { id, cell: 'eu-west-1' };
    return app
      .get(ContextStore)
      .runAs({ actor: job('test', 'any'), account }, () => app.get(Reader).inAccount<Row>(text));
  }

  close(): Promise<void> {
    return this.world.close();
  }
}
