import { Injectable } from '@nestjs/common';
import { newId } from '#libs/context';
import { type DirectoryCall, InjectRepository, ScopedRepository } from '#libs/database';
import { OutboxMessageEntity } from './outbox-message.entity.js';

/** Somebody to write to, outside any account. */
export interface Addressee {
  /** Where the person is known. Default null. */
  readonly userId?: string | null;
  /** As it was given. */
  readonly email: string;
  /** As addresses are compared. */
  readonly emailKey: string;
}

/** How often an address gets a kind of mail at most, whoever asks for it. */
const MAX_AN_HOUR = 5;
const HOUR_SECONDS = 3_600;

/** Asks for mail in the transaction of the act; the worker sends it. Whoever asks never sees a secret that the mail carries. */
@Injectable()
export class Outbox {
  constructor(
    @InjectRepository(OutboxMessageEntity) private readonly messages: ScopedRepository<OutboxMessageEntity>,
  ) {}

  /**
   * The call of the directory that asks for a mail to a person: {@link Directory.callAll}. It does the same for every address,
   * and nothing for one that got five of the kind within the hour.
   *
   * @param kind what the worker was told to make of it; see {@link MailKinds}.
   * @param details what else the mail says; never a secret.
   */
  request(
    kind: string,
    { userId = null, email, emailKey }: Addressee,
    details: Readonly<Record<string, unknown>> = {},
  ): DirectoryCall<'request_mail'> {
    return [
      'request_mail',
      {
        newId: newId(),
        ofKind: kind,
        toUser: userId,
        toEmail: email,
        toEmailKey: emailKey,
        more: details,
        most: MAX_AN_HOUR,
        withinSeconds: HOUR_SECONDS,
      },
    ];
  }

  /** Asks for a mail about a row of the account, inside a unit of work. */
  async requestInAccount(kind: string, subjectId: string): Promise<void> {
    await this.messages.insert({ id: newId(), kind, subjectId });
  }
}
