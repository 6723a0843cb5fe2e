import { Injectable, type OnModuleInit } from '@nestjs/common';
import { compose, type Mail, MailKinds, type PersonalMessage } from '#libs/mail';
import { SECURITY_NOTICE, type SecurityEvent } from './security-notices.js';

const SUBJECTS: Readonly<Record<SecurityEvent, string>> = {
  factor_added: 'A second factor was added to your account',
  factor_removed: 'A second factor was removed from your account',
  new_device: 'You signed in on a new device',
};

/** The mail that tells a person what was changed about their sign-in; in the worker. */
@Injectable()
export class SecurityMails implements OnModuleInit {
  constructor(private readonly kinds: MailKinds) {}

  onModuleInit(): void {
    this.kinds.add(SECURITY_NOTICE, async (message) => notice(message));
  }
}

function notice({ email, details }: PersonalMessage): Mail {
  const { what, ip, user_agent: device } = details as { what: SecurityEvent; ip?: string | null; user_agent?: string };
  const subject = SUBJECTS[what];
  const from = [ip && `from ${ip}`, device && `(${device})`].filter(Boolean).join(' ');
  return compose({
    to: email,
    subject,
    paragraphs: [
      `${subject}${from ? ` ${from}` : ''}.`,
      'If it was you, no action is needed. If not, change your password and remove second factors that you do not recognize.',
    ],
  });
}
