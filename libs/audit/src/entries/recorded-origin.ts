import type { Origin } from '#libs/context';

const LONGEST_USER_AGENT = 400;

/** Where a request came from as trails and sessions keep it: null where no request stands behind it, the program cut to what fits. */
export function recordedOrigin(origin: Origin | undefined): {
  readonly address: string | null;
  readonly userAgent: string | null;
} {
  return { address: origin?.address ?? null, userAgent: origin?.userAgent.slice(0, LONGEST_USER_AGENT) ?? null };
}
