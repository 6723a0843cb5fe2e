import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../answers.js';
import type { Call } from './calls.js';
import { callWith, type HttpProof, idAt } from './http-proof.js';
import { idFields, type Operation } from './operations.js';
import type { Person, Stage } from './proof-world.js';

/** What a control has done. */
interface Done {
  readonly answer: Answer;
  readonly call: Call;
  readonly stage: Stage;
  readonly person: Person;
  /** What a reading of the same thing showed before; null where there is none. */
  readonly before: Shown | null;
}

type Shown = Readonly<Record<string, unknown>>;

interface EntryRow extends Record<string, unknown> {
  readonly category: string;
  readonly action: string;
  readonly outcome: string;
  readonly reading: boolean;
  readonly resource_id: string | null;
  readonly changes: Readonly<Record<string, { readonly from?: unknown; readonly to?: unknown }>>;
}

const IN_A_CELL = `select e.category, e.action, e.outcome, e.reading, e.resource_id, e.changes from audit_entries e where e.request_id = $1`;
const IN_THE_DIRECTORY = `select e.category, e.action, e.outcome, false as reading, e.user_id as resource_id, '{}'::jsonb as changes
  from platform_entries e where e.request_id = $1`;

/** What the reading of an operation's own thing shows before it is done; null where nothing reads it. */
export async function readingBefore(
  proof: HttpProof,
  operation: Operation,
  stage: Stage,
  person: Person,
): Promise<Shown | null> {
  if (operation.method === 'GET') return null;
  const { meanings, operations, wire } = proof;
  const reading = operations.find(({ method, path, handler }) =>
    meanings.etagFrom[operation.handler]
      ? handler === meanings.etagFrom[operation.handler]
      : method === 'GET' && path === operation.path.replace(/\/[a-z-]+$/, ''),
  );
  if (!reading) return null;
  const read = callWith(proof, reading, (field) => idAt(proof, stage, field, person));
  const { status, text } = await wire.send(read, person.token);
  return status === 200 ? (JSON.parse(text) as Shown) : null;
}

/**
 * AUD-03: an operation that was done has left exactly one entry of its action, of its category, about what it was done to; what
 * it says of before and after is what readings show.
 *
 * @returns the id of what it was done to; null where there is none.
 */
export async function proveRecorded(proof: HttpProof, operation: Operation, done: Done): Promise<string | null> {
  const { report } = proof;
  if (!operation.records) return null;
  const [category, action] = operation.records;
  const entries = await entriesOf(proof, String(done.answer.headers['x-request-id']));
  const [entry, ...further] = entries.filter((one) => one.action === action);
  report.add('http', operation.id, 'trail', action, failureOf());
  return entry?.resource_id ?? null;

  function failureOf(): string | undefined {
    if (!entry)
      return `leaves no entry ${action}; it leaves ${entries.map((one) => one.action).join(', ') || 'none at all'}`;
    if (further.length) return `leaves ${further.length + 1} entries ${action}`;
    if (entry.category !== category) return `leaves an entry of ${entry.category} and not of ${category}`;
    if (entry.outcome !== 'succeeded') return `leaves an entry that says ${entry.outcome}`;
    if (entry.reading !== (operation.method === 'GET')) return 'does not say truly whether it only looked';
    return wrongResource(proof, operation, entry, done) ?? wrongChange(entry, done);
  }
}

async function entriesOf({ world }: HttpProof, requestId: string): Promise<EntryRow[]> {
  await world.flush();
  const cells = world.world.databases.connections.cells.map(({ name }) => name);
  const found = await Promise.all(cells.map((cell) => world.past.rows<EntryRow>(cell, IN_A_CELL, [requestId])));
  return [...found.flat(), ...(await world.past.rows<EntryRow>('directory', IN_THE_DIRECTORY, [requestId]))];
}

function wrongResource(
  proof: HttpProof,
  operation: Operation,
  entry: EntryRow,
  { answer, stage, person }: Done,
): string | undefined {
  if (operation.scope !== 'account' && operation.scope !== 'workspace') return undefined;
  const [first] = idFields(operation).filter(
    ({ in: place, name }) => place === 'path' && !(name === 'workspaceId' && operation.scope === 'workspace'),
  );
  const shown = shownIn(answer);
  const expected = first ? idAt(proof, stage, first, person) : operation.success === 201 ? shown['id'] : undefined;
  if (!expected || entry.resource_id === expected) return undefined;
  return `leaves an entry about ${entry.resource_id} and not about ${expected}`;
}

function shownIn({ headers, text }: Answer): Shown {
  return /^application\/json(;|$)/.test(String(headers['content-type'])) ? (JSON.parse(text) as Shown) : {};
}

/** What an entry says of a field that a reading shows is what the reading shows; a change of nothing is none. */
function wrongChange({ changes }: EntryRow, { answer, before }: Done): string | undefined {
  const after = shownIn(answer);
  for (const [field, { from, to }] of Object.entries(changes)) {
    if (before && field in before && from !== undefined && !isDeepStrictEqual(from, before[field]))
      return `says that ${field} was ${JSON.stringify(from)}, and a reading ${JSON.stringify(before[field])}`;
    if (field in after && to !== undefined && !isDeepStrictEqual(to, after[field]))
      return `says that ${field} is ${JSON.stringify(to)}, and the answer ${JSON.stringify(after[field])}`;
    if (isDeepStrictEqual(from, to)) return `says that ${field} has changed, from and to ${JSON.stringify(to)}`;
  }
  return undefined;
}
