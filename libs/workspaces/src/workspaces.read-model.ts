import { Injectable } from '@nestjs/common';
import { ContextStore, NotFoundError } from '#libs/context';
import { Reader, selectList } from '#libs/database';
import { fieldsOf, type PageStart } from '#libs/http';
import { ROLE_COLUMNS, roleFrom, type RoleRow } from '#libs/roles';
import { type ShownWorkspaceView, WorkspaceView } from './workspaces.views.js';

type Shown = Omit<WorkspaceView, 'role' | 'custom_role_id'>;
type WorkspaceRow = RoleRow & Shown & Record<string, unknown>;

const COMPUTED = { last_entered: 'lw.entered_id is not null' };
// the role comes of several columns
const NAMES = [...fieldsOf(WorkspaceView).keys()].filter((name) => name !== 'role' && name !== 'custom_role_id');
const COLUMNS = selectList(NAMES, COMPUTED, 'w');
const WORKSPACES = `select ${COLUMNS}, ${ROLE_COLUMNS}
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
  const shown = Object.fromEntries(NAMES.map((name) => [name, row[name]])) as Shown & Record<string, unknown>;
  return { ...shown, role: role.name, custom_role_id: role.customRoleId };
}
