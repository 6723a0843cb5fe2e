import { WebhooksValidator } from '@paddle/paddle-node-sdk';

/** A sender's clock may be so far ahead of ours; how far it may be behind is the SDK's five seconds. */
const AHEAD_SECONDS = 30;
/** More than a rotation needs; each costs a digest of the body. */
const MAX_SIGNATURES = 5;

/**
 * Whether a webhook's signature is Paddle's and of now (developer.paddle.com/webhooks/signature-verification). The header has
 * `ts` and one or, while a secret is replaced, several `h1`; the SDK's validator looks at the last alone, so each is given to it
 * on its own.
 *
 * @param secrets that are good now, several while one takes the place of another.
 */
export async function isPaddleSignature(header: string, body: string, secrets: readonly string[]): Promise<boolean> {
  const parts = header.split(';').map((part) => part.trim().split('='));
  const stamps = valuesOf(parts, 'ts');
  const signatures = valuesOf(parts, 'h1');
  const [stamp = ''] = stamps;
  if (stamps.length !== 1 || !/^\d{1,12}$/.test(stamp) || signatures.length > MAX_SIGNATURES) return false;
  if (Number(stamp) > Date.now() / 1_000 + AHEAD_SECONDS) return false;
  const validator = new WebhooksValidator();
  let good = false;
  for (const secret of secrets)
    for (const signature of signatures)
      good = (await validator.isValidSignature(body, secret, `ts=${stamp};h1=${signature}`)) || good;
  return good;
}

function valuesOf(parts: readonly (readonly string[])[], name: string): string[] {
  return parts.flatMap(([key, value]) => (key === name && value ? [value] : []));
}
