import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError, type Environment } from '#libs/context';

/**
 * The installation's secret: `SECRET_KEY`, or with the embedded server a random one kept in the data folder (0600).
 *
 * @throws {ConfigurationError} where the kept one cannot be read or is damaged.
 */
export async function installationSecret(
  environment: Pick<Environment, 'secret' | 'dataDirectory'>,
): Promise<KeyObject> {
  if (environment.secret) return environment.secret;
  const path = join(environment.dataDirectory, 'secret');
  try {
    await mkdir(environment.dataDirectory, { recursive: true });
    // `wx`: of two processes that start at once, one makes it
    await writeFile(path, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw new ConfigurationError([`${path} cannot be written (${message}). Set DATA_DIR to another folder.`]);
  }
  const bytes = Buffer.from(await readFile(path, 'utf8'), 'base64');
  if (bytes.length < 32)
    throw new ConfigurationError([`${path} is damaged. Restore it; without it the data beside it cannot be opened.`]);
  return createSecretKey(bytes);
}
