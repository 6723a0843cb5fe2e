import { Choice, Bool, Json, DateTime, Text, Uuid } from '#libs/http';
import { AUDIT_CATEGORIES, type AuditCategory, OUTCOMES, type Outcome } from '../entries/audit-entry.js';

export class AuditEntryView {
  @Uuid()
  id!: string;
  @DateTime()
  occurred_at!: string;
  @DateTime({ description: 'When it was recorded, by the clock of the database' })
  recorded_at!: string;
  @Choice(AUDIT_CATEGORIES)
  category!: AuditCategory;
  @Text({ max: 100, example: 'document.update' })
  action!: string;
  @Choice(OUTCOMES)
  outcome!: Outcome;
  @Text({ max: 60, nullable: true, description: 'Code of the problem document that was returned' })
  reason!: string | null;
  @Bool({ description: 'Whether it is the entry of a read' })
  reading!: boolean;
  @Choice(['user', 'job', 'operator', 'unknown'])
  actor_kind!: string;
  @Uuid({ nullable: true })
  actor_user_id!: string | null;
  @Uuid({ nullable: true })
  actor_member_id!: string | null;
  @Text({ max: 100, nullable: true })
  actor_name!: string | null;
  @Uuid({ nullable: true, description: 'The person for whom a job acted' })
  on_behalf_of_user_id!: string | null;
  @Text({ max: 100, nullable: true })
  on_behalf_of_name!: string | null;
  @Uuid({ nullable: true })
  workspace_id!: string | null;
  @Text({ max: 60 })
  resource_type!: string;
  @Uuid({ nullable: true })
  resource_id!: string | null;
  @Json({ description: 'The changed fields, each with its old and new value' })
  changes!: Record<string, unknown>;
  @Bool({
    description:
      'True if the workspace requires a second factor that this sign-in has not used; `changes` is then empty',
  })
  changes_hidden!: boolean;
  @Text({ max: 64 })
  request_id!: string;
  @Text({ max: 45, nullable: true })
  address!: string | null;
  @Text({ max: 400, min: 0, nullable: true })
  user_agent!: string | null;
}
