import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError, type Environment } from '#libs/context';
import { makeDataFolder } from './data-folder.js';
import { NotInstalledError } from './server.errors.js';

/**
 * The installation's secret: `SECRET_KEY`, or with the embedded server a random one kept in the data folder (0600).
 *
 * @param kept what to do without `SECRET_KEY`: `make` one where none is kept, `keep` to the one that is kept, or `require` it.
 * @throws {ConfigurationError} where there is none, or the kept one cannot be read or is damaged.
 */
export async function installationSecret(
  { secret, dataDirectory }: Pick<Environment, 'secret' | 'dataDirectory'>,
  kept: 'make' | 'keep' | 'require',
): Promise<KeyObject> {
  if (secret) return secret;
  if (kept === 'require') throw new ConfigurationError(['SECRET_KEY is missing.']);
  const path = join(dataDirectory, 'secret');
  if (kept === 'make') await makeSecret(dataDirectory, path);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new NotInstalledError(dataDirectory);
  });
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < 32)
    throw new ConfigurationError([`${path} is damaged. Restore it; without it the data beside it cannot be opened.`]);
  return createSecretKey(bytes);
}

async function makeSecret(folder: string, path: string): Promise<void> {
  try {
    await makeDataFolder(folder);
    // `wx`: of two processes that start at once, one makes it
    await writeFile(path, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw new ConfigurationError([`${path} cannot be written (${message}). Set DATA_DIR to another folder.`]);
  }
}
