import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Endpoint, isLocal, Resource } from '#libs/http';
import { escapedHtml, type LandedMail, MailFolder } from '#libs/mail';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { htmlPage } from './html-page.js';

/**
 * The mails of development, on a page. It exists only beside the embedded server and without a mail server, and answers this
 * machine alone: mails carry links that sign people in.
 */
@Resource('devMail', 'The mails of a development installation.')
@Controller('dev/mail')
export class DevMailController {
  constructor(@Inject(MailFolder) private readonly folder: MailFolder) {}

  @Get()
  @Endpoint({
    summary: 'Show the mails that were sent, in development',
    scope: 'public',
    reason: 'it serves development only, and only requests from this machine',
    streams: ['text/html'],
    refuses: [NotFoundError],
  })
  async show(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!isLocal(request)) throw new NotFoundError();
    const items = (await this.folder.list()).map(articleOf);
    return htmlPage(
      reply,
      'Mails of development',
      items.join('') || '<p>No mail has been sent yet. Ask for one: <code>POST /v1/password-resets</code></p>',
    );
  }
}

function articleOf({ at, to, subject, text }: LandedMail): string {
  return `<article><h2>${escapedHtml(subject)}</h2><p><time>${escapedHtml(at)}</time> to <b>${escapedHtml(to)}</b></p><pre>${escapedHtml(text)}</pre></article>`;
}
