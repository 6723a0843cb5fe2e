import { escapedHtml } from './escaped-html.js';

/** A mail, ready to be sent. */
export interface Mail {
  /** The address alone. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a mail says; {@link compose} makes a text and an HTML part of it. */
export interface MailText {
  readonly to: string;
  readonly subject: string;
  /** Plain sentences, one paragraph each. */
  readonly paragraphs: readonly string[];
  /** Something to paste where it was asked for. */
  readonly code?: string;
  /** A button: what it says and where it leads. */
  readonly link?: { readonly label: string; readonly href: string } | undefined;
}

/** Makes a mail: the same words as text and as HTML, with nothing loaded from elsewhere. */
export function compose({ to, subject, paragraphs, code, link }: MailText): Mail {
  const text = [...paragraphs, ...(link ? [`${link.label}: ${link.href}`] : []), ...(code ? [code] : [])].join('\n\n');
  const body = [
    ...paragraphs.map((paragraph) => `<p>${escapedHtml(paragraph)}</p>`),
    ...(link ? [`<p><a href="${escapedHtml(link.href)}" style="${BUTTON}">${escapedHtml(link.label)}</a></p>`] : []),
    ...(code ? [`<p><code style="${CODE}">${escapedHtml(code)}</code></p>`] : []),
  ];
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapedHtml(subject)}</title></head><body style="${BODY}">${body.join('')}</body></html>`;
  return { to, subject: subject.replace(/[\r\n]+/g, ' '), text: `${text}\n`, html };
}

/** A name that people gave, for a sentence of ours: in quotes and cut, so that it cannot pass for one. @param most characters. Default 60 */
export function quotedName(name: string, most = 60): string {
  const bare = name.replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069"“”]/gu, ' ').trim();
  return `“${bare.length > most ? `${bare.slice(0, most)}…` : bare}”`;
}

const BODY = 'font:16px/1.5 system-ui,sans-serif;color:#1c1c1e;max-width:36em;margin:2em auto;padding:0 1em';
const BUTTON =
  'display:inline-block;padding:.6em 1.2em;border-radius:.4em;background:#1d4ed8;color:#fff;text-decoration:none';
const CODE = 'font-size:1.1em;word-break:break-all;background:#f2f2f7;padding:.4em .6em;border-radius:.3em';
