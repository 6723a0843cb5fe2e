import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import {
  Changes,
  Choice,
  Endpoint,
  Flag,
  IfMatch,
  Json,
  Moment,
  PathId,
  Text,
  Texts,
  Uuid,
  Whole,
  Resource,
} from '#libs/http';
import {
  NotSubscribedError,
  AlreadySubscribedError,
  BillingNotConfiguredError,
  ChangePendingError,
  PlanTooSmallError,
  PlanUnknownError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../billing.errors.js';
import { Payments } from '../providers/payments.service.js';
import { STATES } from './life.js';
import { Purchases } from './purchases.service.js';
import { SubscriptionReadModel } from './subscription.read-model.js';

const MOST_SEATS = 100_000;

export class SubscriptionView {
  @Uuid()
  account_id!: string;
  @Choice(STATES)
  state!: string;
  @Moment()
  since!: string;
  @Moment({ nullable: true, description: 'When the state changes by itself' })
  deadline_at!: string | null;
  @Flag({ description: 'Whether nothing can be changed in the account until it is paid for' })
  read_only!: boolean;
  @Text({ max: 40 })
  plan!: string;
  @Whole({ min: 1, max: 1_000_000 })
  plan_version!: number;
  @Whole({ min: 1, max: MOST_SEATS, nullable: true, description: 'Members at most; null for as many as one likes' })
  seats!: number | null;
  @Texts()
  entitlements!: readonly string[];
  @Json({ description: 'By name; what is not there is not limited' })
  limits!: Readonly<Record<string, number>>;
  @Text({ max: 20, nullable: true, description: 'Who takes the payments; null before anything was bought' })
  provider!: string | null;
  @Moment({ nullable: true, description: 'Until when it is paid' })
  period_ends_at!: string | null;
  @Moment({ nullable: true, description: 'When it ends, where it was cancelled' })
  cancels_at!: string | null;
  @Moment({ nullable: true, description: 'Until when the data is kept, where it has ended' })
  data_until!: string | null;
  @Text({ max: 20, nullable: true, description: 'A change that the provider of payments has not answered yet' })
  pending!: string | null;
  @Text({ max: 100, nullable: true, description: 'Why the provider of payments refused the last change' })
  refused!: string | null;
  @Whole({ min: 1, max: 2_147_483_647 })
  version!: number;
  @Moment()
  updated_at!: string;
}

export class CheckoutView {
  @Uuid()
  id!: string;
  @Choice(['starting', 'open', 'refused'])
  status!: string;
  @Text({ max: 40 })
  plan!: string;
  @Whole({ min: 1, max: 1_000_000 })
  plan_version!: number;
  @Whole({ min: 1, max: MOST_SEATS })
  seats!: number;
  @Text({ max: 2000, nullable: true, description: 'Where it is paid; there once the status is open' })
  url!: string | null;
  @Text({ max: 100, nullable: true, description: 'Why the provider of payments refused it' })
  refused!: string | null;
  @Moment()
  created_at!: string;
}

class CheckoutBody {
  @Text({ max: 40 })
  plan!: string;
  @Whole({ min: 1, max: MOST_SEATS })
  seats!: number;
  @Text({ max: 320, optional: true, description: 'Address of who pays; default one’s own' })
  email?: string;
}

class SubscriptionChangesBody {
  @Text({ max: 40, optional: true })
  plan?: string;
  @Whole({ min: 1, max: MOST_SEATS, optional: true })
  seats?: number;
}

class PreviewQuery {
  @Text({ max: 40, optional: true })
  plan?: string;
  @Whole({ min: 1, max: MOST_SEATS, optional: true })
  seats?: number;
}

class ChangePreviewView {
  @Uuid()
  account_id!: string;
  @Whole({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, description: 'Below 0 for what is credited' })
  due_now!: number;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'For what is not used of what was paid' })
  credit!: number;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'For the rest of the month' })
  charge!: number;
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'A month, from the next bill on' })
  recurring!: number;
  @Text({ max: 3, description: 'ISO 4217; every amount is in its smallest unit' })
  currency!: string;
  @Moment({ nullable: true })
  next_billed_at!: string | null;
}

class PortalView {
  @Uuid()
  account_id!: string;
  @Text({ max: 2000, description: 'Good for some minutes, for whoever has it' })
  url!: string;
}

@Resource('subscription', 'The subscription of the account: checkout, changes, cancellation and the provider’s portal.')
@Controller('v1/account/subscription')
export class SubscriptionController {
  constructor(
    private readonly purchases: Purchases,
    private readonly reads: SubscriptionReadModel,
    private readonly payments: Payments,
    private readonly contexts: ContextStore,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Show what the account has bought, and until when',
    scope: 'account',
    records: ['billing', 'subscription.read'],
    permission: 'billing.read',
    returns: SubscriptionView,
  })
  show(): Promise<SubscriptionView> {
    return this.reads.current();
  }

  @Post('checkouts')
  @Endpoint({
    summary: 'Begin to buy a plan',
    scope: 'account',
    records: ['billing', 'checkout.create'],
    permission: 'billing.manage',
    whileReadOnly: true,
    returns: CheckoutView,
    status: 201,
    refuses: [
      AlreadySubscribedError,
      ChangePendingError,
      PlanUnknownError,
      PlanTooSmallError,
      BillingNotConfiguredError,
    ],
  })
  async checkOut(@Body() input: CheckoutBody): Promise<CheckoutView> {
    return this.reads.checkout(await this.purchases.checkOut(input));
  }

  @Get('checkouts/:checkoutId')
  @Endpoint({
    summary: 'Show a purchase that was begun, with where to pay',
    scope: 'account',
    records: ['billing', 'checkout.read'],
    permission: 'billing.manage',
    returns: CheckoutView,
  })
  checkout(@PathId('checkoutId') id: string): Promise<CheckoutView> {
    return this.reads.checkout(id);
  }

  @Get('preview')
  @Endpoint({
    summary: 'Show what a change of plan or seats would cost',
    scope: 'account',
    records: ['billing', 'subscription.preview'],
    permission: 'billing.manage',
    returns: ChangePreviewView,
    refuses: [
      NotSubscribedError,
      PlanUnknownError,
      BillingNotConfiguredError,
      ProviderRefusedError,
      ProviderUnavailableError,
    ],
  })
  async preview(@Query() wanted: PreviewQuery): Promise<ChangePreviewView> {
    const account_id = this.contexts.requireAccount().id;
    return { account_id, ...(await this.purchases.preview(wanted, await this.reads.reference())) };
  }

  @Patch()
  @Endpoint({
    summary: 'Change plan or seats',
    scope: 'account',
    records: ['billing', 'subscription.change'],
    permission: 'billing.manage',
    whileReadOnly: true,
    returns: SubscriptionView,
    conditional: true,
    refuses: [NotSubscribedError, ChangePendingError, PlanUnknownError, PlanTooSmallError, BillingNotConfiguredError],
  })
  async change(@IfMatch() version: number, @Changes() changes: SubscriptionChangesBody): Promise<SubscriptionView> {
    await this.purchases.change(version, changes);
    return this.reads.current();
  }

  @Post('cancel')
  @Endpoint({
    summary: 'Have the subscription end with what is paid for',
    scope: 'account',
    records: ['billing', 'subscription.cancel'],
    permission: 'billing.manage',
    whileReadOnly: true,
    returns: SubscriptionView,
    refuses: [NotSubscribedError, ChangePendingError, BillingNotConfiguredError],
  })
  async cancel(): Promise<SubscriptionView> {
    await this.purchases.cancel();
    return this.reads.current();
  }

  @Post('resume')
  @Endpoint({
    summary: 'Take back a cancellation that has not come into effect',
    scope: 'account',
    records: ['billing', 'subscription.resume'],
    permission: 'billing.manage',
    whileReadOnly: true,
    returns: SubscriptionView,
    refuses: [NotSubscribedError, ChangePendingError, BillingNotConfiguredError],
  })
  async resume(): Promise<SubscriptionView> {
    await this.purchases.resume();
    return this.reads.current();
  }

  @Get('portal')
  @Endpoint({
    summary: 'Ask for a page of the provider of payments, where payment details are changed',
    scope: 'account',
    records: ['billing', 'portal.read'],
    permission: 'billing.manage',
    returns: PortalView,
    refuses: [NotSubscribedError, BillingNotConfiguredError, ProviderRefusedError, ProviderUnavailableError],
  })
  async portal(): Promise<PortalView> {
    const customer = await this.reads.customer();
    const { provider, reference } = await this.reads.reference();
    if (!customer || !provider) throw new NotSubscribedError();
    const { url } = await this.payments.of(provider).portal(customer, reference);
    return { account_id: this.contexts.requireAccount().id, url };
  }
}
