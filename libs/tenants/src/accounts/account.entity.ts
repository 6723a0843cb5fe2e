import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'accounts' })
export class AccountEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', insert: false })
  status!: 'active' | 'suspended';

  @Column({ name: 'data_region', type: 'text', update: false })
  dataRegion!: string;

  @Column({ name: 'time_zone', type: 'text' })
  timeZone!: string;

  @Column({ name: 'session_idle_minutes', type: 'integer', nullable: true, insert: false })
  sessionIdleMinutes!: number | null;

  @Column({ name: 'session_minutes', type: 'integer', nullable: true, insert: false })
  sessionMinutes!: number | null;

  @Column({ name: 'strict_switching', type: 'boolean', insert: false })
  strictSwitching!: boolean;

  @Column({ name: 'second_factor', type: 'text' })
  secondFactor!: 'required' | 'optional';

  @Column({ type: 'text', insert: false })
  passwords!: 'allowed' | 'none';

  @Column({ name: 'read_only', type: 'boolean', insert: false })
  readOnly!: boolean;

  @Column({ type: 'integer', insert: false })
  version!: number;

  @Column({ name: 'updated_at', type: 'timestamptz', insert: false })
  updatedAt!: Date;
}
