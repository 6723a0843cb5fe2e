import { Controller, Get, Header, Inject } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Endpoint, Resource } from '#libs/http';

/** Name of the provider of where reports of vulnerabilities go: a URL, or undefined. */
export const SECURITY_CONTACT = Symbol('security contact');

const GOOD_FOR_MS = 180 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** Tells where to report a vulnerability (RFC 9116). */
@Resource('securityTxt', 'Whom to tell of a vulnerability (RFC 9116).')
@Controller('.well-known/security.txt')
export class SecurityTxtController {
  constructor(@Inject(SECURITY_CONTACT) private readonly contact: string | undefined) {}

  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Endpoint({
    summary: 'Show where to report a vulnerability',
    scope: 'public',
    reason: 'security researchers have no token',
    streams: ['text/plain'],
  })
  show(): string {
    if (!this.contact) throw new NotFoundError();
    // one text a day, so that it can be compared; RFC 9116 §2.5.5 asks for less than a year
    const expires = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS + GOOD_FOR_MS).toISOString();
    return `Contact: ${this.contact}\nExpires: ${expires}\nPreferred-Languages: en\n`;
  }
}
