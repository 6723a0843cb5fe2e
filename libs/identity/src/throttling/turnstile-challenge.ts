import type { ChallengeSettings } from '#libs/context';
import { ChallengeRefusedError, ChallengeUnavailableError } from '../identity.errors.js';
import { BotChallenge } from './bot-challenge.port.js';

const TIMEOUT_MS = 5_000;

/** Cloudflare Turnstile: asks its siteverify what the widget on the page has found (developers.cloudflare.com/turnstile). */
export class TurnstileChallenge extends BotChallenge {
  constructor(private readonly settings: ChallengeSettings) {
    super();
  }

  async check(response: string | undefined, address: string | null): Promise<void> {
    if (!response) throw new ChallengeRefusedError();
    const body = new URLSearchParams({
      secret: this.settings.secret,
      response,
      ...(address && { remoteip: address }),
    });
    const outcome = await fetch(this.settings.url, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
      .then(async (answer) => (await answer.json()) as { success?: unknown; 'error-codes'?: unknown })
      .catch((cause) => {
        throw new ChallengeUnavailableError({ cause });
      });
    const codes = Array.isArray(outcome['error-codes']) ? outcome['error-codes'] : [];
    // our own fault, or theirs, and not that of whoever signs in
    if (codes.some((code) => ['missing-input-secret', 'invalid-input-secret', 'internal-error'].includes(code)))
      throw new ChallengeUnavailableError();
    if (outcome.success !== true) throw new ChallengeRefusedError();
  }
}

/** Asks nobody: challenges are off unless the installation has a secret for them. */
export class NoChallenge extends BotChallenge {
  async check(): Promise<void> {
    // whoever comes is let through to what comes next
  }
}
