import { mkdir } from 'node:fs/promises';

/**
 * Makes the folder of the installation's data, for its owner alone. Where that is root, whose server runs as somebody else, others may go
 * through it and not list it. One that is there keeps its mode.
 */
export async function makeDataFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}
