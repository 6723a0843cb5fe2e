import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Reader } from '#libs/database';
import type { PageStart } from '#libs/http';
import type { AuditEntryView } from './audit-entries.views.js';
import type { AuditCriteria } from './audit-filter.js';

// True if the changes of an entry are hidden: its workspace requires a second factor and the sign-in has not used one.
const HIDDEN = "(w.second_factor is not distinct from 'required' and not $15::boolean)";
const ENTRIES = `select e.id, e.occurred_at, e.recorded_at, e.category, e.action, e.outcome, e.reason, e.reading, e.actor_kind, e.actor_user_id,
    m.id as actor_member_id, coalesce(m.name, e.actor_name) as actor_name, e.on_behalf_of_user_id,
    (select b.name from members b where b.account_id = $1 and b.user_id = e.on_behalf_of_user_id) as on_behalf_of_name,
    e.workspace_id, e.resource_type, e.resource_id, case when ${HIDDEN} then '{}' else e.changes end as changes,
    ${HIDDEN} as changes_hidden, e.request_id, host(e.address) as address, e.user_agent
  from audit_entries e
  left join members m on m.account_id = e.account_id and m.user_id = e.actor_user_id
  left join workspaces w on w.account_id = e.account_id and w.id = e.workspace_id
  where e.account_id = $1`;
const ACTOR = '(select s.user_id from members s where s.account_id = $1 and s.id = $4::uuid)';
const ON_BEHALF = '(select s.user_id from members s where s.account_id = $1 and s.id = $5::uuid)';

// Each condition in two forms, so that a statement has those that are asked for and the planner sees them plainly; what is not
// asked for still names its parameter, whose type PostgreSQL wants to know.
const CONDITIONS = {
  after: [' and ($3::uuid is null or e.id < $3)', ''],
  actor: [` and e.actor_user_id = ${ACTOR}`, ' and $4::uuid is null'],
  onBehalfOf: [` and e.on_behalf_of_user_id = ${ON_BEHALF}`, ' and $5::uuid is null'],
  category: [' and e.category = $6', ' and $6::text is null'],
  action: [' and e.action = $7', ' and $7::text is null'],
  resourceType: [' and e.resource_type = $8', ' and $8::text is null'],
  resource: [' and e.resource_id = $9', ' and $9::uuid is null'],
  workspace: [' and e.workspace_id = $10', ' and $10::uuid is null'],
  outcome: [' and e.outcome = $11', ' and $11::text is null'],
  reading: [' and e.reading = $12', ' and $12::boolean is null'],
  since: [' and e.id >= $13', ' and $13::uuid is null'],
  until: [' and e.id < $14', ' and $14::uuid is null'],
} as const;
const NEWEST = ' order by e.id desc limit $2';
const OLDEST = ' order by e.id limit $2';

// The workspaces whose changes are hidden; null for none.
const STRICT =
  "(select array_agg(w.id) from workspaces w where w.account_id = $1 and w.second_factor = 'required' and not $15::boolean)";

// The index of words is another role's: it gives ids, which are read under policies like all others.
const BY_WORDS = `${ENTRIES} and e.id in (select f.id from app.find_audit_entries($16, ${ACTOR}, ${ON_BEHALF}, $6, $7, $8, $9::uuid,
    $10::uuid, $11, $12::boolean, $13::uuid, least($14::uuid, $3::uuid), ${STRICT}, $2) f)${NEWEST}`;

/** Reads the trail of the account. */
@Injectable()
export class AuditEntriesReadModel {
  constructor(
    private readonly contexts: ContextStore,
    private readonly reader: Reader,
  ) {}

  /** Entries, newest first. */
  async list(criteria: AuditCriteria, { take, after }: PageStart): Promise<AuditEntryView[]> {
    const values = [take, after, ...valuesOf(criteria), this.hasShownFactor()];
    if (criteria.words !== null) return this.reader.inAccount<AuditEntryView>(BY_WORDS, ...values, criteria.words);
    return this.reader.inAccount<AuditEntryView>(statementFor(criteria, NEWEST), ...values);
  }

  /** Entries from an id on, oldest first: what has been added. Words are not looked for in it. */
  added(criteria: AuditCriteria, since: string, take: number): Promise<AuditEntryView[]> {
    const narrowed = { ...criteria, since, words: null };
    return this.reader.inAccount<AuditEntryView>(
      statementFor(narrowed, OLDEST),
      take,
      null,
      ...valuesOf(narrowed),
      this.hasShownFactor(),
    );
  }

  /** Whether the sign-in of the context has used a second factor; true for jobs and the operator. */
  private hasShownFactor(): boolean {
    const { actor, traits } = this.contexts.require('The trail');
    return traits.isTrusted || (actor.kind === 'user' && actor.assurance?.level === 2);
  }
}

function valuesOf(criteria: AuditCriteria): readonly (string | boolean | null)[] {
  const { actor, onBehalfOf, category, action, resourceType, resource, workspace, outcome, reading, since, until } =
    criteria;
  return [actor, onBehalfOf, category, action, resourceType, resource, workspace, outcome, reading, since, until];
}

function statementFor(criteria: AuditCriteria, order: string): string {
  const asked = (name: keyof typeof CONDITIONS) => name === 'after' || criteria[name] !== null;
  const conditions = Object.entries(CONDITIONS).map(([name, [given, absent]]) =>
    asked(name as keyof typeof CONDITIONS) ? given : absent,
  );
  return [ENTRIES, ...conditions, order].join('');
}
