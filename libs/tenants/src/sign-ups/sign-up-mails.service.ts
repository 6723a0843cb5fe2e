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
        subject: 'You already have an account',
        paragraphs: [
          `Hello ${quotedName(known.name)},`,
          'someone tried to sign up with your email. You are already registered: sign in, and open another account there.',
          'If you have lost your password, reset it. If it was not you, no action is needed.',
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
      subject: 'Complete your sign-up',
      paragraphs: [
        'Someone started a sign-up with this email. If it was you, complete it within a day. The link can be used once.',
        'If it was not you, no action is needed: nothing was created.',
      ],
      ...this.links.handOver('Complete your sign-up', 'sign-up', token),
    });
  }
}
