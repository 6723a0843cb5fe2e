import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'account_sessions' })
export class AccountSessionEntity extends TableRow('account_sessions') {}
