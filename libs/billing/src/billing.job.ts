import { job } from '#libs/context';

/** The worker's actor for everything that follows from what a payment provider reports. */
export const BILLING_JOB = job('billing', [
  'invoice.create',
  'invoice.update',
  'subscription.transition',
  'subscription.update',
]);
