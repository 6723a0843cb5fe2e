import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'workspaces' })
export class WorkspaceEntity extends TableRow('workspaces') {}

@Entity({ name: 'last_workspaces' })
export class LastWorkspaceEntity extends TableRow('last_workspaces') {}
