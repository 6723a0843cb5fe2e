import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'account_sessions' })
export class AccountSessionEntity {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'member_id', type: 'uuid', update: false })
  memberId!: string;

  @Column({ name: 'sign_in_session_id', type: 'uuid', update: false })
  signInSessionId!: string;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true, insert: false })
  endedAt!: Date | null;
}
