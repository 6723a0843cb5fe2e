import { Injectable, type OnModuleInit } from '@nestjs/common';
import { WorkerDirectory } from '#libs/database';
import { mailedToken } from '#libs/identity';
import { compose, quotedName, type Mail, MailKinds, MailLinks, type PersonalMessage } from '#libs/mail';
import { SIGN_UP_MAIL } from './sign-ups.service.js';

const GOOD_FOR_SECONDS = 24 * 3_600;

/** The mail that proves an address, or tells somebody who has a sign-in that they have; in the worker. */
@Injectable()
export class SignUpMails implements OnModuleInit {
  constructor(
    private readonly kinds: MailKinds,
    private readonly links: MailLinks,
    private readonly directory: WorkerDirectory,
  ) {}

  onModuleInit(): void {
    this.kinds.add(SIGN_UP_MAIL, (message) => this.prepare(message));
  }

  private async prepare({ email, emailKey }: PersonalMessage): Promise<Mail> {
    const [known] = await this.directory.call('find_addressee', { wantedEmailKey: emailKey });
    if (known)
      return compose({
        to: known.email,
        subject: 'You have a sign-in already',
        paragraphs: [
          `Hello ${quotedName(known.name)},`,
          'somebody wanted to sign up with your address. You have a sign-in already: use it, and open one more account there.',
          'If you have lost your password, ask for a new one. If it was not you, you need not do anything.',
        ],
      });
    const { id, token, hash } = mailedToken();
    await this.directory.call('issue_verification', {
      newId: id,
      ofKind: SIGN_UP_MAIL,
      forUser: null,
      forEmail: email,
      forEmailKey: emailKey,
      newSecretHash: hash,
      seconds: GOOD_FOR_SECONDS,
    });
    return compose({
      to: email,
      subject: 'Finish signing up',
      paragraphs: [
        'Somebody wants to sign up with this address. If that is you, finish within a day. It works once.',
        'If it is not you, nothing was made, and you need not do anything.',
      ],
      ...this.links.handOver('Finish signing up', 'sign-up', token),
    });
  }
}
