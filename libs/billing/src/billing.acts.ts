import { actsOn } from '#libs/audit';

export const CHECKOUT = actsOn('checkout', 'billing', ['read', 'create']);
export const INVOICE = actsOn('invoice', 'billing', ['list', 'read', 'create', 'update']);
export const INVOICE_DOCUMENT = actsOn('invoice_document', 'billing', ['read']);
export const PORTAL = actsOn('portal', 'billing', ['read']);
export const SUBSCRIPTION = actsOn('subscription', 'billing', [
  'read',
  'update',
  'change',
  'cancel',
  'preview',
  'resume',
  'transition',
]);
export const USAGE = actsOn('usage', 'billing', ['read', 'reconcile']);
export const WEBHOOK = actsOn('webhook', 'billing', ['receive']);
