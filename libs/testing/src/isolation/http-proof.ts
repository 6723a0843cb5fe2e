import { newId } from '#libs/context';
import { type Answer, difference } from '../answers.js';
import { type Call, call, type Meanings, valuesWith } from './calls.js';
import { type Field, idFields, type Operation, resourceOf } from './operations.js';
import type { Person, ProofWorld, Stage } from './proof-world.js';
import type { Report } from './report.js';
import type { Wire } from '../wire.js';

/** What the parts of the proof over HTTP share: the running application, its operations and the accounts to try them with. */
export interface HttpProof {
  readonly wire: Wire;
  readonly operations: readonly Operation[];
  readonly world: ProofWorld;
  readonly meanings: Meanings;
  readonly report: Report;
}

/** The table that a field names a row of. @throws {Error} where the catalog has none, with what to do. */
export function tableOf({ world, meanings }: HttpProof, field: Field): string {
  const resource = resourceOf(field);
  const meant = meanings.tables[resource];
  if (meant) return meant;
  const plurals = [`${resource}s`, `${resource.replace(/y$/, 'ie')}s`];
  const table = [...world.tables.map(({ name }) => name), ...world.personalTables].find((name) =>
    plurals.includes(name),
  );
  if (!table)
    throw new Error(
      `${field.in} ${field.at.join('.')} names no table of a cell, and none of the directory with a user_id; call it <table in the singular>_id`,
    );
  return table;
}

/**
 * The id of a stage that belongs into a field.
 *
 * @param person whose own rows go before those of the stage. Default nobody.
 * @throws {Error} where nothing was sown, naming the file to open.
 */
export function idAt(proof: HttpProof, stage: Stage, field: Field, person?: Person): string {
  const table = tableOf(proof, field);
  const id = person?.rows.get(table) ?? stage.id(table);
  if (!id)
    throw new Error(
      `no row of ${table} is sown for ${field.name}. Add a seed to its module: @Seeds, in libs/<lib>/src/<lib>.seeds.ts`,
    );
  return id;
}

/** An id of a form that every table could have, and none has. */
export const missingId = newId;

/** A request of an operation with the ids that `id` gives. */
export function callWith(
  { meanings }: HttpProof,
  operation: Operation,
  id: (field: Field) => string,
  more: {
    readonly person?: Person;
    readonly password?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly fields?: Readonly<Record<string, unknown>>;
    /** Gives another value to a field than it would have; undefined leaves it out. */
    readonly instead?: (field: Field, value: unknown) => unknown;
    /** The body as it is sent, in place of one made of fields. */
    readonly body?: string;
    /** Whether a filter by an id is given. Default none. */
    readonly isSought?: (field: Field) => boolean;
  } = {},
): Call {
  const { person, password = '', headers = {}, isSought, instead = (_, value) => value } = more;
  const fields = { ...meanings.fields, ...(person && { email: person.email, password }), ...more.fields };
  const etag: Record<string, string> = operation.conditional ? { 'if-match': '"v1"' } : {};
  const values = valuesWith(operation, { ...meanings, fields }, id, isSought);
  const made = call(operation, (field) => instead(field, values(field)), { ...etag, ...headers });
  return more.body === undefined ? made : { ...made, body: more.body };
}

/** Does what has to have happened before an operation can succeed on the rows of a stage. */
export async function prepare(proof: HttpProof, operation: Operation, stage: Stage, token: string): Promise<void> {
  const { meanings, operations, wire } = proof;
  const handler = meanings.after[operation.handler];
  if (!handler) return;
  const before =
    operations.find((candidate) => candidate.handler === handler && samePlaces(candidate, operation)) ??
    operations.find((candidate) => candidate.handler === handler);
  if (!before)
    throw new Error(
      `${handler}, which has to come before it, is no operation. Correct libs/testing/src/isolation/meanings.ts`,
    );
  const answer = await wire.send(
    callWith(proof, before, (field) => idAt(proof, stage, field)),
    token,
  );
  if (answer.status >= 400) throw new Error(`${before.id}, which has to come before it, answered ${answer.status}`);
}

/** The newest ETag of what an operation changes, as its owner reads it. */
export async function etagFor(
  proof: HttpProof,
  operation: Operation,
  stage: Stage,
  token: string,
): Promise<Record<string, string>> {
  if (!operation.conditional) return {};
  const { meanings, operations, wire } = proof;
  const reading = operations.find(({ method, path, handler }) =>
    meanings.etagFrom[operation.handler]
      ? handler === meanings.etagFrom[operation.handler]
      : method === 'GET' && path === operation.path,
  );
  if (!reading)
    throw new Error('no operation gives its ETag. Add one to etagFrom in libs/testing/src/isolation/meanings.ts');
  const { headers } = await wire.send(
    callWith(proof, reading, (field) => idAt(proof, stage, field)),
    token,
  );
  return { 'if-match': String(headers['etag'] ?? '') };
}

/** Fails where an answer differs from the one for what does not exist. */
export function likeMissing(answer: Answer, missing: Answer): string | undefined {
  const differs = difference(answer, missing);
  return differs && `differs from what does not exist: ${differs}`;
}

function samePlaces(one: Operation, other: Operation): boolean {
  const names = (operation: Operation) =>
    idFields(operation)
      .map(({ name }) => name)
      .sort()
      .join();
  return names(one) === names(other);
}
