import type { Mail } from './mail.js';

/** Takes mail away. An adapter that throws has not sent it; {@link RejectedMailError} says that trying again is no use. */
export abstract class MailTransport {
  /** @param id of the message, the same when it is tried again; becomes its Message-ID, so that receivers can tell. */
  abstract send(mail: Mail, id: string): Promise<void>;

  /** Closes connections. */
  abstract close(): void;
}

/** A mail server refused the mail for good (RFC 5321 §4.2.1: 5yz). */
export class RejectedMailError extends Error {}
