import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Endpoint, originOf } from '#libs/http';
import { escapedHtml, type LandedMail, MailFolder } from '#libs/mail';
import type { FastifyReply, FastifyRequest } from 'fastify';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
// the mails are shown in frames without scripts, as they are
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/**
 * The mails of development, on a page. It exists only beside the embedded server and without a mail server, and answers this
 * machine alone: mails carry links that sign people in.
 */
@Controller('dev/mail')
export class DevMailController {
  constructor(@Inject(MailFolder) private readonly folder: MailFolder) {}

  @Get()
  @Endpoint({
    summary: 'Show the mails that were sent, in development',
    scope: 'public',
    reason: 'in development there is no mailbox; it answers this machine alone',
    status: 200,
  })
  async show(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!LOOPBACK.test(originOf(request).address ?? '')) throw new NotFoundError();
    const mails = await this.folder.list();
    reply.type('text/html; charset=utf-8').header('Content-Security-Policy', POLICY);
    return page(mails);
  }
}

function page(mails: readonly LandedMail[]): string {
  const items = mails.map(
    ({ at, to, subject, text }) =>
      `<article><h2>${escapedHtml(subject)}</h2><p><time>${escapedHtml(at)}</time> to <b>${escapedHtml(to)}</b></p><pre>${escapedHtml(text)}</pre></article>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mails of development</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:48em;margin:2em auto;padding:0 1em}article{border-top:1px solid #ccc}
pre{white-space:pre-wrap;word-break:break-word;background:#f2f2f7;padding:1em}h2{margin-bottom:0}</style></head><body>
<h1>Mails of development</h1>${items.join('') || '<p>None was sent yet. Ask for one: POST /v1/password-resets</p>'}</body></html>`;
}
