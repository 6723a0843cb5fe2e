import { Controller, Get, Injectable, Req, Res } from '@nestjs/common';
import type { DemoSignIns } from '#libs/demo';
import { Endpoint, isLocal, Resource } from '#libs/http';
import { escapedHtml } from '#libs/mail';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { htmlPage } from './html-page.js';

/** What the first page shows to this machine alone: where the demo's mails and payments are, and who can sign in. */
@Injectable()
export class LocalNotice {
  /** Undefined until the demo is loaded, and where there is none. */
  demo: DemoSignIns | undefined;
  /** Pages of this machine, by what they show. */
  readonly links = new Map<string, string>();
}

const LINKS = new Map([
  ['/docs', 'The API, operation by operation'],
  ['/openapi.json', 'The API as an OpenAPI 3.1 document'],
  ['/problems', 'The problems that an answer can report'],
]);

/** The start page: links to the API description, the problems and, on this machine, the demo. */
@Resource('home', 'The start page.')
@Controller()
export class HomeController {
  constructor(private readonly local: LocalNotice) {}

  @Get()
  @Endpoint({
    summary: 'Show the start page',
    scope: 'public',
    reason: 'people open it in a browser before they sign in',
    streams: ['text/html'],
  })
  show(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    const here = isLocal(request);
    const links = [...LINKS, ...(here ? this.local.links : [])];
    const items = links.map(([href, text]) => `<li><a href="${escapedHtml(href)}">${escapedHtml(text)}</a></li>`);
    const demo = here && this.local.demo ? signInsOf(this.local.demo) : '';
    return htmlPage(reply, 'Bulkhead', `<ul>${items.join('')}</ul>${demo}`);
  }
}

function signInsOf({ people, password }: DemoSignIns): string {
  const rows = people.map(({ email, role, account }) => {
    const cells = [email, role, account].map((text) => `<td>${escapedHtml(text)}</td>`);
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<h2>Sign-ins of the demo</h2><p>All with the password <code>${escapedHtml(password)}</code>. Only this machine sees this.</p>
<table><tr><th>Email</th><th>Role</th><th>Account</th></tr>${rows.join('')}</table>`;
}
