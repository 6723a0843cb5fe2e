import { actsOn } from '#libs/audit';

/** Acts on a checkout. */
export const CHECKOUT = actsOn('checkout', 'billing', ['read', 'create']);

/** Acts on an invoice. */
export const INVOICE = actsOn('invoice', 'billing', ['list', 'read', 'create', 'update']);

/** Acts on the document of an invoice. */
export const INVOICE_DOCUMENT = actsOn('invoice_document', 'billing', ['read']);

/** Acts on the payment provider's portal. */
export const PORTAL = actsOn('portal', 'billing', ['read']);

/** Acts on the subscription. */
export const SUBSCRIPTION = actsOn('subscription', 'billing', [
  'read',
  'update',
  'change',
  'cancel',
  'preview',
  'resume',
  'transition',
]);

/** Acts on the usage of the account. */
export const USAGE = actsOn('usage', 'billing', ['read', 'reconcile']);

/** Acts on a webhook of a payment provider. */
export const WEBHOOK = actsOn('webhook', 'billing', ['receive']);
