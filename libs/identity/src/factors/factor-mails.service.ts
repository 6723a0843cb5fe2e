import { randomInt } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '#libs/context';
import { WorkerDirectory } from '#libs/database';
import { compose, type Mail, MailKinds, type PersonalMessage } from '#libs/mail';
import { Factors, SIGN_IN_CODE_MAIL } from './factors.service.js';

const GOOD_FOR_SECONDS = 600;

/** The mail that carries a code; in the worker. */
@Injectable()
export class FactorMails implements OnModuleInit {
  constructor(
    private readonly kinds: MailKinds,
    private readonly directory: WorkerDirectory,
    private readonly factors: Factors,
  ) {}

  onModuleInit(): void {
    this.kinds.add(SIGN_IN_CODE_MAIL, (message) => this.code(message));
  }

  private async code({ userId, email, emailKey }: PersonalMessage): Promise<Mail | null> {
    if (!userId) return null;
    const code = String(randomInt(100_000_000)).padStart(8, '0');
    await this.directory.call('issue_verification', {
      newId: newId(),
      ofKind: SIGN_IN_CODE_MAIL,
      forUser: userId,
      forEmail: email,
      forEmailKey: emailKey,
      newSecretHash: this.factors.hashOfMailed(userId, code),
      seconds: GOOD_FOR_SECONDS,
    });
    return compose({
      to: email,
      subject: 'Your sign-in code',
      paragraphs: [
        'Enter this code to confirm your sign-in. It expires in ten minutes and can be used once.',
        'If you did not sign in just now, someone else knows your password. Change it.',
      ],
      code,
    });
  }
}
