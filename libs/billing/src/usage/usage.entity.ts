import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'account_requests' })
export class AccountRequestsEntity extends TableRow('account_requests') {}

@Entity({ name: 'account_usage' })
export class AccountUsageEntity extends TableRow('account_usage') {}
