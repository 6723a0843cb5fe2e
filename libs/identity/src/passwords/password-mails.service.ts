import { Injectable, type OnModuleInit } from '@nestjs/common';
import { WorkerDirectory } from '#libs/database';
import { compose, type Mail, quotedName, MailKinds, MailLinks, type PersonalMessage } from '#libs/mail';
import { mailedToken } from '../tokens/mailed-token.js';
import { PASSWORD_CHANGED, PASSWORD_RESET } from './password-changes.service.js';

const GOOD_FOR_SECONDS = 3_600;

/** The mails about passwords; in the worker. */
@Injectable()
export class PasswordMails implements OnModuleInit {
  constructor(
    private readonly kinds: MailKinds,
    private readonly links: MailLinks,
    private readonly directory: WorkerDirectory,
  ) {}

  onModuleInit(): void {
    this.kinds.add(PASSWORD_RESET, (message) => this.reset(message));
    this.kinds.add(PASSWORD_CHANGED, async (message) => changed(message));
  }

  private async reset({ emailKey }: PersonalMessage): Promise<Mail | null> {
    const [person] = await this.directory.call('find_addressee', { wantedEmailKey: emailKey });
    // nobody to write to: that nobody has this address is told to no one
    if (person?.status !== 'active') return null;
    const { id, token, hash } = mailedToken();
    await this.directory.call('issue_verification', {
      newId: id,
      ofKind: PASSWORD_RESET,
      forUser: person.user_id,
      forEmail: person.email,
      forEmailKey: emailKey,
      newSecretHash: hash,
      seconds: GOOD_FOR_SECONDS,
    });
    return compose({
      to: person.email,
      subject: 'Set a new password',
      paragraphs: [
        `Hello ${quotedName(person.name)},`,
        'someone requested a password reset for your email. If it was you, set a new password within an hour. The link can be used once.',
        'If it was not you, no action is needed. Your password is unchanged.',
      ],
      ...this.links.handOver('Set a new password', 'reset-password', token),
    });
  }
}

function changed({ email }: PersonalMessage): Mail {
  return compose({
    to: email,
    subject: 'Your password was changed',
    paragraphs: [
      'Your password was changed, and all your other sessions were signed out.',
      'If it was not you, reset your password at once: someone else can sign in with the new one.',
    ],
  });
}
