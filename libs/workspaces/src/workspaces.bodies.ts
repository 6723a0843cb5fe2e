import { ChangesOf, Choice, PageQuery, Text } from '#libs/http';
import { COLOR } from './workspaces.views.js';

export class NewWorkspaceBody {
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 7, pattern: COLOR, form: 'a color as #rrggbb', nullable: true, optional: true, example: '#1db954' })
  color?: string | null;
}

export class WorkspaceChangesBody extends ChangesOf(NewWorkspaceBody) {
  @Choice(['required', 'optional'], { optional: true, description: 'Whether entering it requires a second factor' })
  second_factor?: 'required' | 'optional';
}

export class WorkspacesQuery extends PageQuery {
  @Choice(['active', 'archived'], { optional: true, description: 'Default active' })
  state?: 'active' | 'archived';
}
