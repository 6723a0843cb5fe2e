import { Controller, Get, Param, Res } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Endpoint, Resource } from '#libs/http';
import { escapedHtml } from '#libs/mail';
import type { FastifyReply } from 'fastify';
import { htmlPage } from './html-page.js';
import { PROBLEMS } from './problem-catalogue.js';

const REASON = 'it is documentation';

/** The pages that the `type` of a problem document leads to (RFC 9457 §3.1.1). */
@Resource('problems', 'A page for each problem that an answer can report.')
@Controller('problems')
export class ProblemsController {
  @Get()
  @Endpoint({
    summary: 'List the problems that an answer can report',
    scope: 'public',
    reason: REASON,
    streams: ['text/html'],
  })
  list(@Res({ passthrough: true }) reply: FastifyReply): string {
    const rows = PROBLEMS.map(
      ({ code, status, when }) =>
        `<tr><td>${status}</td><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${escapedHtml(when)}</td></tr>`,
    );
    return htmlPage(
      reply,
      'Problems',
      `<table><tr><th>Status</th><th>Code</th><th>When</th></tr>${rows.join('')}</table>`,
    );
  }

  @Get(':problem')
  @Endpoint({ summary: 'Show the page of a problem', scope: 'public', reason: REASON, streams: ['text/html'] })
  show(@Param('problem') wanted: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    const problem = PROBLEMS.find(({ code }) => code === wanted);
    if (!problem) throw new NotFoundError();
    const { code, status, when } = problem;
    const body = `<p>Status <b>${status}</b>, code <code>${code}</code></p><p>${escapedHtml(when)}</p>
<p>The <code>detail</code> of the answer says what to do. <a href="/problems">All problems</a></p>`;
    return htmlPage(reply, code, body);
  }
}
