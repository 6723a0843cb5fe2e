import { createTransport, type Transporter } from 'nodemailer';
import type { Mail } from './mail.js';
import { MailTransport, RejectedMailError } from './mail-transport.port.js';

const TIMEOUT_MS = 15_000;

/** What it is made of. */
export interface SmtpSettings {
  readonly url: string;
  /** Address, or `Name <address>`. */
  readonly from: string;
  /** Whether a server that offers no TLS is sent nothing. */
  readonly requireTls: boolean;
}

/** Sends mail over SMTP (RFC 5321), with STARTTLS where the server has it, or TLS from the beginning with `smtps:`. */
export class SmtpTransport extends MailTransport {
  private readonly transporter: Transporter;

  private readonly from: string;

  constructor({ url, from, requireTls }: SmtpSettings) {
    super();
    this.from = from;
    this.transporter = createTransport({
      ...optionsOf(new URL(url)),
      // a server, or somebody in between, that offers none is sent no password and no mail
      requireTLS: requireTls,
      pool: true,
      maxConnections: 2,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send({ to, subject, text, html }: Mail, id: string): Promise<void> {
    const domain = this.from.replace(/^.*@|>$/g, '');
    try {
      await this.transporter.sendMail({
        from: this.from,
        // not parsed: a comma in a local part is no second recipient
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      const { responseCode = 0, code, command, message } = error as SmtpError;
      // the recipient or the message is refused; what is wrong with our own sign-in, or with the sender, is mended some day
      const forGood = responseCode >= 500 && (command === 'RCPT TO' || code === 'EMESSAGE');
      if (forGood) throw new RejectedMailError(message, { cause: error });
      throw error;
    }
  }

  close(): void {
    this.transporter.close();
  }
}

interface SmtpError {
  readonly responseCode?: number;
  readonly code?: string;
  readonly command?: string;
  readonly message: string;
}

function optionsOf({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === 'smtps:';
  const auth = username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return { host: hostname, port: Number(port) || (secure ? 465 : 587), secure, ...(auth && { auth }) };
}
