import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Reader } from '#libs/database';
import type { PageStart } from '#libs/http';
import type { InvitationView } from './invitations.views.js';

const INVITATIONS = `select i.id, i.email, i.role, i.custom_role_id, i.access, i.version, i.created_at, i.sent_at, i.expires_at, i.settled_at,
    case when i.status = 'pending' and i.expires_at <= now() then 'expired' else i.status end as status,
    coalesce((
      select jsonb_agg(jsonb_build_object('workspace_id', iw.workspace_id, 'role', iw.role, 'custom_role_id', iw.custom_role_id) order by iw.workspace_id)
      from invitation_workspaces iw where iw.account_id = $1 and iw.invitation_id = i.id), '[]') as workspaces
  from invitations i
  where i.account_id = $1`;

/** Reads the invitations of the account: pending, expired, accepted and revoked. */
@Injectable()
export class InvitationsReadModel {
  constructor(private readonly reader: Reader) {}

  /** Invitations, the newest first. */
  list({ take, after }: PageStart): Promise<InvitationView[]> {
    return this.reader.inAccount(
      `${INVITATIONS} and ($3::uuid is null or i.id < $3) order by i.id desc limit $2`,
      take,
      after,
    );
  }

  async find(id: string): Promise<InvitationView> {
    const [row] = await this.reader.inAccount<InvitationView & Record<string, unknown>>(
      `${INVITATIONS} and i.id = $2`,
      id,
    );
    if (!row) throw new NotFoundError();
    return row;
  }
}
