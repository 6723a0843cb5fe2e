import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Changes, Endpoint, IfMatch, PathId, Resource } from '#libs/http';
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
import { Purchases } from './purchases.service.js';
import { SubscriptionReadModel } from './subscription.read-model.js';
import { ChangePreviewView, CheckoutView, PortalView, SubscriptionView } from './subscription.views.js';
import { CheckoutBody, PreviewQuery, SubscriptionChangesBody } from './subscription.bodies.js';
import { CHECKOUT, PORTAL, SUBSCRIPTION } from '../billing.acts.js';

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
    summary: 'Show the subscription of the account',
    scope: 'account',
    records: SUBSCRIPTION.read,
    permission: 'billing.read',
    returns: SubscriptionView,
  })
  show(): Promise<SubscriptionView> {
    return this.reads.current();
  }

  @Post('checkouts')
  @Endpoint({
    summary: 'Create a checkout for a plan',
    scope: 'account',
    records: CHECKOUT.create,
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
  async createCheckout(@Body() input: CheckoutBody): Promise<CheckoutView> {
    return this.reads.checkout(await this.purchases.checkOut(input));
  }

  @Get('checkouts/:checkoutId')
  @Endpoint({
    summary: 'Show a checkout, with the link for payment',
    scope: 'account',
    records: CHECKOUT.read,
    permission: 'billing.manage',
    returns: CheckoutView,
  })
  showCheckout(@PathId('checkoutId') id: string): Promise<CheckoutView> {
    return this.reads.checkout(id);
  }

  @Get('preview')
  @Endpoint({
    summary: 'Preview the cost of another plan or number of seats',
    scope: 'account',
    records: SUBSCRIPTION.preview,
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
    records: SUBSCRIPTION.change,
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
    summary: 'Cancel the subscription at the end of the paid period',
    scope: 'account',
    records: SUBSCRIPTION.cancel,
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
    summary: 'Resume a subscription whose cancellation has not taken effect',
    scope: 'account',
    records: SUBSCRIPTION.resume,
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
    summary: 'Get a link to the payment provider’s portal, for changing payment details',
    scope: 'account',
    records: PORTAL.read,
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
