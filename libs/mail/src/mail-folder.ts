import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mail } from './mail.js';
import { MailTransport } from './mail-transport.port.js';

/** A mail that landed in the folder. */
export interface LandedMail extends Mail {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Puts mail into a folder, one JSON file each, for development: nobody needs a mail server to try the product. */
export class MailFolder extends MailTransport {
  private turn = 0;

  constructor(private readonly folder: string) {
    super();
  }

  async send(mail: Mail, id: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const at = new Date().toISOString();
    this.turn += 1;
    const name = `${at.replaceAll(':', '-')}-${String(this.turn).padStart(6, '0')}-${id}.json`;
    // whoever reads the folder sees whole files
    const path = join(this.folder, name);
    await writeFile(`${path}.part`, JSON.stringify({ id, at, ...mail }, null, 2), { mode: 0o600 });
    await rename(`${path}.part`, path);
  }

  /** The mails that landed, the newest first. */
  async list(most = 100): Promise<LandedMail[]> {
    const names = await readdir(this.folder).catch(() => []);
    const newest = names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .reverse()
      .slice(0, most);
    return Promise.all(
      newest.map(async (name) => JSON.parse(await readFile(join(this.folder, name), 'utf8')) as LandedMail),
    );
  }

  close(): void {
    // nothing is open
  }
}
