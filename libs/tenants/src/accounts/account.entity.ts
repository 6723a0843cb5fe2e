import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'accounts' })
export class AccountEntity extends TableRow('accounts') {}
