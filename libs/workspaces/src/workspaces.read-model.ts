import { Injectable } from '@nestjs/common';
import { ContextStore, NotFoundError } from '#libs/context';
import { Reader } from '#libs/database';
import type { PageStart } from '#libs/http';
import { ROLE_COLUMNS, roleFrom, type RoleRow } from '#libs/roles';
import type { ShownWorkspaceView, WorkspaceView } from './workspaces.views.js';

interface WorkspaceRow extends RoleRow, Record<string, unknown> {
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
  readonly second_factor: 'required' | 'optional';
  readonly version: number;
  readonly created_at: string;
  readonly archived_at: string | null;
  readonly last_entered: boolean;
}

const WORKSPACES = `select w.id, w.name, w.color, w.second_factor, w.version, w.created_at, w.archived_at, lw.entered_id is not null as last_entered, ${ROLE_COLUMNS}
  from workspaces w
  join members m on m.account_id = w.account_id and m.id = $2
  left join member_workspaces mw on mw.account_id = w.account_id and mw.member_id = m.id and mw.workspace_id = w.id
  left join last_workspaces lw on lw.account_id = w.account_id and lw.member_id = m.id and lw.entered_id = w.id
  where w.account_id = $1 and (m.access = 'all' or mw.role is not null)`;

/** Reads the workspaces that the member of the context may enter. */
@Injectable()
export class WorkspacesReadModel {
  constructor(
    private readonly reader: Reader,
    private readonly contexts: ContextStore,
  ) {}

  /** Active or archived ones, newest first. */
  async list(archived: boolean, { take, after }: PageStart): Promise<WorkspaceView[]> {
    const rows = await this.reader.inAccount<WorkspaceRow>(
      `${WORKSPACES} and (w.archived_at is not null) = $3 and ($5::uuid is null or w.id < $5) order by w.id desc limit $4`,
      this.self(),
      archived,
      take,
      after,
    );
    return rows.flatMap((row) => viewOf(row) ?? []);
  }

  async find(id: string): Promise<ShownWorkspaceView> {
    const [row] = await this.reader.inAccount<WorkspaceRow>(`${WORKSPACES} and w.id = $3`, this.self(), id);
    const [view, role] = row ? [viewOf(row), roleFrom(row)] : [];
    if (!view || !role) throw new NotFoundError();
    return { ...view, permissions: [...role.permissions].sort() };
  }

  private self(): string | null {
    return this.contexts.require().memberId;
  }
}

function viewOf(row: WorkspaceRow): WorkspaceView | null {
  const role = roleFrom(row);
  if (!role) return null;
  const { id, name, color, second_factor, version, created_at, archived_at, last_entered } = row;
  const shown = { id, name, color, second_factor, version, created_at, archived_at, last_entered };
  return { ...shown, role: role.name, custom_role_id: role.customRoleId };
}
