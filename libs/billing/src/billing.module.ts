import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import type { BillingSettings } from '#libs/context';
import { DatabaseModule, provideRepository, Seeds } from '#libs/database';
import { Subscribing } from '#libs/tenants';
import { Clock } from './clock.js';
import { BillingReferences } from './events/billing-references.service.js';
import { EventApplication } from './events/event-application.service.js';
import { ReceivedEvents } from './events/received-events.service.js';
import { WebhooksController } from './events/webhooks.controller.js';
import { InvoiceEntity } from './invoices/invoice.entity.js';
import { InvoicesController } from './invoices/invoices.controller.js';
import { InvoicesReadModel } from './invoices/invoices.read-model.js';
import { Invoices } from './invoices/invoices.service.js';
import { PlanCatalogue, readPlans } from './plans/plan-catalogue.js';
import { PlansController } from './plans/plans.controller.js';
import { PaddleProvider } from './providers/paddle/paddle-provider.js';
import type { PaymentProvider } from './providers/payment-provider.port.js';
import { Payments } from './providers/payments.service.js';
import { StripeProvider } from './providers/stripe/stripe-provider.js';
import { FirstSubscriptions, TAKES_PAYMENTS } from './subscriptions/first-subscriptions.service.js';
import { Purchases } from './subscriptions/purchases.service.js';
import { Settlement } from './subscriptions/settlement.service.js';
import { SubscriptionController } from './subscriptions/subscription.controller.js';
import {
  AgreedTermsEntity,
  BillingEventEntity,
  CheckoutEntity,
  SubscriptionEntity,
} from './subscriptions/subscription.entity.js';
import { SubscriptionReadModel } from './subscriptions/subscription.read-model.js';
import { Subscriptions } from './subscriptions/subscriptions.service.js';
import { RequestMeter } from './usage/request-meter.service.js';
import { UsageController } from './usage/usage.controller.js';
import { AccountUsageEntity } from './usage/usage.entity.js';
import { UsageReadModel } from './usage/usage.read-model.js';
import { UsageReconciliation } from './usage/usage-reconciliation.service.js';
import { BILLING_SEEDS } from './billing.seeds.js';

/** What a local provider of payments knows its installation by. */
export interface LocalCredentials {
  readonly key: string;
  readonly webhookSecret: string;
}

/** Plans, subscriptions, and who takes the payments for them. Global: whoever makes an account gives it a subscription. */
@Global()
@Module({})
@Seeds(...BILLING_SEEDS)
export class BillingModule {
  /** @param local of the local provider of development, for settings that name one. */
  static forRoot(settings: BillingSettings, local: LocalCredentials): DynamicModule {
    const providers: Provider[] = [
      { provide: PlanCatalogue, useFactory: () => readPlans(settings.plansFile) },
      { provide: Clock, useFactory: () => new Clock(settings.clockFile) },
      { provide: Payments, useFactory: () => new Payments(adaptersOf(settings, local)) },
      { provide: TAKES_PAYMENTS, useValue: settings.payments.length > 0 },
      { provide: Subscribing, useClass: FirstSubscriptions },
      provideRepository(AccountUsageEntity, 'account'),
      provideRepository(AgreedTermsEntity, 'account'),
      provideRepository(BillingEventEntity, 'account'),
      provideRepository(CheckoutEntity, 'account'),
      provideRepository(InvoiceEntity, 'account'),
      Invoices,
      provideRepository(SubscriptionEntity, 'account'),
      Subscriptions,
    ];
    return {
      module: BillingModule,
      imports: [
        DatabaseModule.forFeature([
          AccountUsageEntity,
          AgreedTermsEntity,
          BillingEventEntity,
          CheckoutEntity,
          InvoiceEntity,
          SubscriptionEntity,
        ]),
      ],
      providers,
      exports: providers,
    };
  }
}

/** What the API has of billing, beside {@link BillingModule}. */
@Module({
  controllers: [InvoicesController, PlansController, SubscriptionController, UsageController, WebhooksController],
  providers: [InvoicesReadModel, Purchases, ReceivedEvents, RequestMeter, SubscriptionReadModel, UsageReadModel],
  exports: [Purchases, RequestMeter],
})
export class BillingRequestsModule {}

/** What the worker does for billing: it tells providers, takes in what they report, lets deadlines pass and counts anew. */
@Module({
  providers: [BillingReferences, EventApplication, Settlement, UsageReconciliation],
  exports: [EventApplication, Settlement, UsageReconciliation],
})
export class BillingWorkerModule {}

function adaptersOf({ payments, localPort, returnUrl }: BillingSettings, local: LocalCredentials): PaymentProvider[] {
  const here = localPort === undefined ? undefined : `http://127.0.0.1:${localPort}`;
  return payments.map(({ provider, url, key, webhookSecrets }) => {
    const options = key
      ? { url, key, webhookSecrets }
      : { url: `${url ?? here}`, key: local.key, webhookSecrets: [local.webhookSecret] };
    return provider === 'paddle' ? new PaddleProvider(options) : new StripeProvider({ ...options, returnUrl });
  });
}
