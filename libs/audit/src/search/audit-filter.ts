import { leastIdAt } from '#libs/context';
import { Choice, InvalidRequestError, type PageQuery, Text, Uuid, Integer } from '#libs/http';
import { AUDIT_CATEGORIES, type AuditCategory, OUTCOMES, type Outcome } from '../entries/audit-entry.js';

/** What entries are looked for; everything given has to hold. The list, the export and the live tail all take it. */
export class AuditFilter {
  @Uuid({ optional: true, description: 'Who acted' })
  actor_member_id?: string;
  @Uuid({ optional: true, description: 'On whose behalf a job acted' })
  on_behalf_of_member_id?: string;
  @Choice(AUDIT_CATEGORIES, { optional: true })
  category?: AuditCategory;
  @Text({
    max: 100,
    optional: true,
    pattern: /^[a-z_]+\.[a-z_]+$/,
    form: 'the name of an action',
    example: 'document.update',
  })
  action?: string;
  @Text({ max: 60, optional: true, pattern: /^[a-z_]+$/, form: 'the name of a type of resource', example: 'document' })
  resource_type?: string;
  @Uuid({ optional: true })
  resource_id?: string;
  @Uuid({ optional: true })
  in_workspace_id?: string;
  @Choice(OUTCOMES, { optional: true })
  outcome?: Outcome;
  @Choice(['acts', 'reads'], {
    optional: true,
    description: 'Entries of changes and refusals (acts), or of reads. Default both',
  })
  kind?: 'acts' | 'reads';
  @Text({ max: 40, optional: true, description: 'From this moment on (RFC 3339)', example: '2026-01-31T00:00:00Z' })
  from?: string;
  @Text({ max: 40, optional: true, description: 'Before this moment (RFC 3339)', example: '2036-01-31T00:00:00Z' })
  until?: string;
  @Text({ max: 200, optional: true, description: 'Search words in the changes' })
  q?: string;
}

/** A page of what {@link AuditFilter} finds. */
export class AuditEntriesQuery extends AuditFilter implements PageQuery {
  @Integer({ min: 1, max: 200, optional: true, description: 'Items per page. Default 50' })
  limit?: number;
  @Text({ max: 400, optional: true, description: 'next_cursor of the previous page' })
  cursor?: string;
}

/** A filter as statements take it: moments are bounds of ids, which carry the time in their first 48 bits (RFC 9562 §5.7). */
export interface AuditCriteria {
  readonly actor: string | null;
  readonly onBehalfOf: string | null;
  readonly category: string | null;
  readonly action: string | null;
  readonly resourceType: string | null;
  readonly resource: string | null;
  readonly workspace: string | null;
  readonly outcome: string | null;
  readonly reading: boolean | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly words: string | null;
}

/** What a filter means. @throws {InvalidRequestError} for a moment that is none. */
export function criteriaOf(filter: AuditFilter): AuditCriteria {
  return {
    actor: filter.actor_member_id ?? null,
    onBehalfOf: filter.on_behalf_of_member_id ?? null,
    category: filter.category ?? null,
    action: filter.action ?? null,
    resourceType: filter.resource_type ?? null,
    resource: filter.resource_id ?? null,
    workspace: filter.in_workspace_id ?? null,
    outcome: filter.outcome ?? null,
    reading: filter.kind ? filter.kind === 'reads' : null,
    since: boundOf('from', filter.from),
    until: boundOf('until', filter.until),
    words: filter.q ?? null,
  };
}

/** Whether a filter leaves anything out. */
export function narrows(criteria: AuditCriteria): boolean {
  return Object.values(criteria).some((value) => value !== null);
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** The least id of a moment. */
function boundOf(field: 'from' | 'until', text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (!(time >= 0))
    throw new InvalidRequestError(`"${field}" is no moment. Write RFC 3339, for example 2026-01-31T09:30:00Z.`, [
      { field, problem: 'is no moment' },
    ]);
  return leastIdAt(time);
}
