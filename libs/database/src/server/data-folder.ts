import { mkdir } from 'node:fs/promises';

/**
 * Makes the data folder with mode 0700; as root 0711, because the embedded server runs as another user and has to pass through it. The mode
 * of an existing folder is not changed.
 */
export async function makeDataFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}
