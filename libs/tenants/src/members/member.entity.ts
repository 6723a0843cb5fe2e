import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'members' })
export class MemberEntity extends TableRow('members') {}

@Entity({ name: 'member_workspaces' })
export class MemberWorkspaceEntity extends TableRow('member_workspaces') {}
