import { escapedHtml } from '#libs/mail';
import type { FastifyReply } from 'fastify';

// its own style sheet and nothing else: no script, nothing from elsewhere
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:52em;margin:2em auto;padding:0 1em;color:#1c1c1e;background:#fff}
article{border-top:1px solid #ccc}pre{white-space:pre-wrap;word-break:break-word;background:#f2f2f7;padding:1em}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3em .8em .3em 0;border-bottom:1px solid #ccc;vertical-align:top}
code{background:#f2f2f7;padding:0 .2em}a{color:#0645ad}`;

/** Answers with a page of HTML. @param body its HTML; what came from elsewhere has to be escaped already. */
export function htmlPage(reply: FastifyReply, title: string, body: string): string {
  reply.type('text/html; charset=utf-8').header('Content-Security-Policy', POLICY);
  const heading = escapedHtml(title);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${heading}</title><style>${STYLE}</style></head><body><h1>${heading}</h1>${body}</body></html>`;
}
