import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'account_requests' })
export class AccountRequestsEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  /** The first day of a month. */
  @PrimaryColumn({ type: 'date' })
  month!: string;

  @Column({ type: 'bigint' })
  requests!: string;
}

@Entity({ name: 'account_usage' })
export class AccountUsageEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @Column({ type: 'integer' })
  seats!: number;

  @Column({ type: 'integer' })
  workspaces!: number;

  @Column({ type: 'bigint' })
  documents!: string;

  @Column({ name: 'storage_bytes', type: 'bigint' })
  storageBytes!: string;
}
