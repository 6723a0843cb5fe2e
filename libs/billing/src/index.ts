export {
  AlreadySubscribedError,
  BillingEmailTakenError,
  BillingNotConfiguredError,
  ChangePendingError,
  NotSubscribedError,
  PlanTooSmallError,
  PlanUnknownError,
  ProviderRefusedError,
  ProviderUnavailableError,
  WebhookRefusedError,
} from './billing.errors.js';
export { BillingModule, BillingRequestsModule, BillingWorkerModule, type LocalCredentials } from './billing.module.js';
export { Clock } from './clock.js';
export { EventApplication } from './events/event-application.service.js';
export { type Plan, PROVIDERS, type ProviderName } from './plans/plan.js';
export { PlanCatalogue, readPlans } from './plans/plan-catalogue.js';
export { Payments } from './providers/payments.service.js';
export { PaddleProvider } from './providers/paddle/paddle-provider.js';
export {
  type ChangePreview,
  type InvoiceReport,
  PaymentProvider,
  type ProviderEvent,
  type Purchase,
  type SubscriptionState,
} from './providers/payment-provider.port.js';
export { StripeProvider } from './providers/stripe/stripe-provider.js';
export { type Beginning, fold, type Folded, type ReportedAt, type SubscriptionReport } from './subscriptions/fold.js';
export { DATA_DAYS, GRACE_DAYS, LIFE, type State, STATES, TRIAL_DAYS } from './subscriptions/life.js';
export { Purchases } from './subscriptions/purchases.service.js';
export { Settlement } from './subscriptions/settlement.service.js';
export { Subscriptions } from './subscriptions/subscriptions.service.js';
export { RequestMeter } from './usage/request-meter.service.js';
export { isMetered, RequestQuotaGuard } from './usage/request-quota.guard.js';
export { UsageReconciliation } from './usage/usage-reconciliation.service.js';
