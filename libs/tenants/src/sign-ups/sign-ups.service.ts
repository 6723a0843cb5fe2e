import { Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail } from '#libs/audit';
import { ContextStore, job, newId } from '#libs/context';
import { Cells } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import { ReservedIds } from '#libs/idempotency';
import { assertEmail, emailKey, PersonLimits, type User, Users, SIGN_UP } from '#libs/identity';
import { Outbox } from '#libs/mail';
import { Accounts } from '../accounts/accounts.service.js';
import type { SubscriptionStart } from '../accounts/subscribing.port.js';
import { FirstWorkspace } from './first-workspace.port.js';

/** Kind of the mail that proves an address. */
export const SIGN_UP_MAIL = 'sign_up';

/** A new account as its first owner wants it. */
export interface NewAccount {
  readonly name: string;
  readonly region: string;
  /** IANA name. Default UTC. */
  readonly timeZone?: string;
  readonly workspaceName: string;
}

/** Where a new account is, and how its subscription starts. */
export interface OpenedAccount {
  readonly accountId: string;
  readonly workspaceId: string;
  readonly start: SubscriptionStart;
}

/** New people with their accounts, and further accounts of people who are there. Nothing exists before an address is proved. */
@Injectable()
export class SignUps {
  constructor(
    private readonly contexts: ContextStore,
    private readonly cells: Cells,
    private readonly outbox: Outbox,
    private readonly trail: PlatformTrail,
    private readonly users: Users,
    private readonly accounts: Accounts,
    private readonly firstWorkspace: FirstWorkspace,
    private readonly limits: PersonLimits,
    private readonly reservedIds: ReservedIds,
  ) {}

  /** Regions that an account can be in, in the order of configuration. */
  regions(): string[] {
    return [...new Set(this.cells.all().map(({ region }) => region))];
  }

  /** Asks for a mail that proves an address. Does the same for every address, whether it has a sign-in or not. */
  async request(email: string, source: EventSource): Promise<void> {
    assertEmail(email);
    await this.trail.record(SIGN_UP.requested, source, [
      this.outbox.request(SIGN_UP_MAIL, { email: email.trim(), emailKey: emailKey(email) }),
    ]);
  }

  /**
   * Makes a person of a proved address, with an account and its first workspace. What is wrong with the input is found before
   * the proof is used up; interrupted after it, the person signs in and opens the account.
   *
   * @throws {MailedTokenRefusedError} @throws {EmailTakenError} @throws {RegionUnknownError} @throws {InvalidRequestError}
   */
  async complete(
    token: string,
    person: { readonly name: string; readonly password: string },
    account: NewAccount,
    source: EventSource,
  ): Promise<OpenedAccount & { readonly user: User }> {
    this.accounts.assertPossible(account);
    const user = await this.users.createVerified(token, person, source);
    return { user, ...(await this.open(user, account, { accountId: newId(), workspaceId: newId() }, source)) };
  }

  /**
   * Opens one more account for the signed-in person, who owns it. Repeated with the same key within a day, it finishes an interrupted
   * creation and answers the same.
   *
   * @param key the client's `Idempotency-Key`; undefined without one.
   * @throws {TooManyRequestsError} for an eleventh account in a day.
   * @throws {IdempotencyKeyReusedError} if the key was used with another body within a day.
   */
  async openAnother(
    account: NewAccount,
    key: string | undefined,
  ): Promise<{ readonly opened: OpenedAccount; readonly repeated: boolean }> {
    const context = this.contexts.require();
    const user = await this.users.find(context.requireUser('Opening an account').userId);
    if (!user) throw new UnauthenticatedError();
    this.accounts.assertPossible(account);
    const request = { userId: user.id, key, operation: 'POST /v1/me/accounts', body: account };
    const { ids, repeated } = await this.reservedIds.reserve(request, ['accountId', 'workspaceId']);
    // a request that was refused has reserved its ids as well
    if (!repeated || !(await this.accounts.isBegun(ids.accountId))) await this.limits.count('accounts', user.id);
    return { opened: await this.open(user, account, ids, context), repeated };
  }

  private async open(
    owner: User,
    { workspaceName, ...account }: NewAccount,
    { accountId, workspaceId }: { readonly accountId: string; readonly workspaceId: string },
    { requestId, origin }: EventSource,
  ): Promise<OpenedAccount> {
    const by = {
      requestId,
      origin,
      actor: job('sign-up', ['account.create', 'subscription.update', 'workspace.create'], owner.id),
    };
    const { start, ...place } = await this.accounts.create({ ...account, id: accountId, owner }, by);
    await this.contexts.runAs({ ...by, account: place }, () =>
      this.firstWorkspace.create({ id: workspaceId, name: workspaceName }),
    );
    return { accountId, workspaceId, start };
  }
}
