import { Injectable } from '@nestjs/common';
import type { Mail } from './mail.js';

/** A message of the directory's outbox. */
export interface PersonalMessage {
  readonly id: string;
  readonly kind: string;
  readonly userId: string | null;
  readonly email: string;
  readonly emailKey: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Makes a mail of a message, secrets included; null where there is nothing to send any more. */
export type PrepareMail<Message> = (message: Message) => Promise<Mail | null>;

/** What the worker makes of each kind of message. The libs that ask for mail say it, in their worker modules. */
@Injectable()
export class MailKinds {
  private readonly personal = new Map<string, PrepareMail<PersonalMessage>>();
  private readonly ofAccount = new Map<string, PrepareMail<string>>();

  /** Says what a kind of the directory's messages becomes. */
  add(kind: string, prepare: PrepareMail<PersonalMessage>): void {
    this.personal.set(kind, prepare);
  }

  /** Says what a kind of an account's messages becomes; it is prepared in a unit of work of the account, from its subject's id. */
  addOfAccount(kind: string, prepare: PrepareMail<string>): void {
    this.ofAccount.set(kind, prepare);
  }

  /** @throws {Error} for a kind that nobody has said anything about. */
  prepare(message: PersonalMessage): Promise<Mail | null> {
    return known(this.personal, message.kind)(message);
  }

  /** @throws {Error} for a kind that nobody has said anything about. */
  prepareOfAccount(kind: string, subjectId: string): Promise<Mail | null> {
    return known(this.ofAccount, kind)(subjectId);
  }
}

function known<Message>(kinds: ReadonlyMap<string, PrepareMail<Message>>, kind: string): PrepareMail<Message> {
  const prepare = kinds.get(kind);
  if (!prepare) throw new Error(`Nobody knows how to make a mail of the kind ${kind}.`);
  return prepare;
}
