import { ProviderUnavailableError } from '../billing.errors.js';

const MAX_MS = 10_000;

/**
 * What a call answers, if it does within ten seconds. The call itself goes on: whether it had an effect is not known.
 *
 * @throws {ProviderUnavailableError} where it does not.
 */
export async function inTime<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProviderUnavailableError()), MAX_MS);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
