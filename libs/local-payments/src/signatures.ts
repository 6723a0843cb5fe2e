import { createHmac } from 'node:crypto';

/**
 * The header that says a body is Paddle's (developer.paddle.com/webhooks/signature-verification).
 *
 * @param at in seconds since 1970. Default now.
 */
export function paddleSignature(body: string, secret: string, at = Math.floor(Date.now() / 1_000)): string {
  return `ts=${at};h1=${createHmac('sha256', secret).update(`${at}:${body}`).digest('hex')}`;
}

/**
 * The header that says a body is Stripe's (docs.stripe.com/webhooks#verify-manually).
 *
 * @param at in seconds since 1970. Default now.
 */
export function stripeSignature(body: string, secret: string, at = Math.floor(Date.now() / 1_000)): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
