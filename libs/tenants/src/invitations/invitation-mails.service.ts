import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { compose, quotedName, type Mail, MailKinds, MailLinks } from '#libs/mail';
import { makeInvitationToken } from './invitation-token.js';
import { INVITATION_MAIL } from './invitations.service.js';
import { InvitationEntity } from './invitation.entity.js';

const NAMES = `select a.name, (select c.name from custom_roles c where c.account_id = $1 and c.id = $2::uuid) as role_name
  from accounts a where a.account_id = $1`;

/** The mail that an invitation goes out by, and the secret in it; in the worker. */
@Injectable()
export class InvitationMails implements OnModuleInit {
  constructor(
    private readonly kinds: MailKinds,
    private readonly links: MailLinks,
    private readonly work: UnitOfWork,
    @InjectRepository(InvitationEntity) private readonly invitations: ScopedRepository<InvitationEntity>,
  ) {}

  onModuleInit(): void {
    this.kinds.addOfAccount(INVITATION_MAIL, (id) => this.prepare(id));
  }

  private async prepare(id: string): Promise<Mail | null> {
    const unit = this.work.require();
    const { id: accountId } = unit.context.requireAccount('A mail of an account');
    const invitation = await this.invitations.findLocked({ id });
    // taken back, or accepted by an earlier mail, before this one went out
    if (invitation?.status !== 'pending' || invitation.expiresAt.getTime() <= Date.now()) return null;
    const { token, hash } = makeInvitationToken(accountId, id);
    await this.invitations.update({ id }, { secretHash: hash, sentAt: () => 'now()' });
    const [account] = await unit.inAccount<{ name: string; role_name: string | null }>(NAMES, invitation.customRoleId);
    const role = account?.role_name ?? invitation.role.replaceAll('_', ' ');
    const name = quotedName(account?.name ?? '');
    return compose({
      to: invitation.email,
      subject: `You are invited to ${name}`,
      paragraphs: [
        `You are invited to work in ${name} as ${quotedName(role)}.`,
        'The invitation expires in seven days, can be used once, and only with the email that it was sent to.',
        'If you do not know the sender, no action is needed.',
      ],
      ...this.links.handOver('Accept the invitation', 'invitation', token),
    });
  }
}
