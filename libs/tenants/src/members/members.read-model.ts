import { Injectable } from '@nestjs/common';
import { ContextStore, NotFoundError } from '#libs/context';
import { Reader } from '#libs/database';
import type { PageStart } from '#libs/http';
import type { MemberView } from './members.views.js';

// Workspaces that the reader may not enter are not shown to them, not even as an id.
const MEMBERS = `select m.id, m.user_id, m.name, m.email, m.role, m.custom_role_id, m.access, m.version, m.joined_at,
    coalesce((
      select jsonb_agg(jsonb_build_object('workspace_id', mw.workspace_id, 'role', mw.role,
        'custom_role_id', mw.custom_role_id) order by mw.workspace_id)
      from member_workspaces mw
      where mw.account_id = $1 and mw.member_id = m.id
      and (reader.access = 'all' or exists (select from member_workspaces own
        where own.account_id = $1 and own.member_id = reader.id and own.workspace_id = mw.workspace_id))), '[]') as workspaces
  from members m join members reader on reader.account_id = m.account_id and reader.id = $2
  where m.account_id = $1 and m.status = 'active'`;

/** Reads the members of the account. */
@Injectable()
export class MembersReadModel {
  constructor(
    private readonly reader: Reader,
    private readonly contexts: ContextStore,
  ) {}

  /** Members, the newest first. */
  list({ take, after }: PageStart): Promise<MemberView[]> {
    return this.reader.inAccount(
      `${MEMBERS} and ($4::uuid is null or m.id < $4) order by m.id desc limit $3`,
      this.self(),
      take,
      after,
    );
  }

  async find(id: string): Promise<MemberView> {
    const [row] = await this.reader.inAccount<MemberView & Record<string, unknown>>(
      `${MEMBERS} and m.id = $3`,
      this.self(),
      id,
    );
    if (!row) throw new NotFoundError();
    return row;
  }

  private self(): string | null {
    return this.contexts.require().memberId;
  }
}
