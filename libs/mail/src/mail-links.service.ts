import { Inject, Injectable } from '@nestjs/common';
import type { MailSettings } from '#libs/context';
import type { MailText } from './mail.js';

/** Name of the provider of how mail leaves. */
export const MAIL_SETTINGS = Symbol('mail settings');

/** How a mail hands over a secret: by a link to the console where there is one, else by the secret itself. */
@Injectable()
export class MailLinks {
  constructor(@Inject(MAIL_SETTINGS) private readonly settings: MailSettings) {}

  /**
   * The part of a mail that carries a secret. In a link it stands behind the hash sign, which browsers send to nobody: no
   * server's log and no Referer has it.
   *
   * @param page of the console, for example `reset-password`.
   */
  handOver(label: string, page: string, secret: string): Pick<MailText, 'code' | 'link'> {
    const { consoleUrl } = this.settings;
    return consoleUrl ? { link: { label, href: `${consoleUrl}/${page}#${secret}` } } : { code: secret };
  }
}
