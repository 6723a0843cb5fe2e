export { LocalClock } from './local-clock.js';
export { LocalPaddle } from './local-paddle.js';
export { type LocalOptions, LocalServer } from './local-server.js';
export { LocalStripe } from './local-stripe.js';
export { Merchant, type Price } from './merchant.js';
export { paddleSignature, stripeSignature } from './signatures.js';
export { localCredentials, pricesOf, startLocalPayments } from './start-local-payments.js';
