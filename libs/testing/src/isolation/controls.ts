import { newId } from '#libs/context';
import type { Role } from '#libs/roles';
import { type Answer, difference } from '../answers.js';
import { PASSWORD } from '../world.js';
import type { Call } from './calls.js';
import { tenantHeaders } from './inputs.js';
import { callWith, etagFor, type HttpProof, idAt, prepare } from './http-proof.js';
import type { Field, Operation } from './operations.js';
import { proveRecorded, readingBefore } from './recorded-entries.js';
import type { Stage } from './proof-world.js';

/** What stands in a body: everything, nothing that may be left out, or null wherever that may be. */
type BodyVariant = 'full' | 'nothing optional' | 'nulls';

const INSTEAD = {
  'nothing optional': (field: Field, value: unknown) => (isOptional(field) ? undefined : value),
  nulls: (field: Field, value: unknown) => (isNullable(field) ? null : value),
} as const;

/** The further bodies that an operation takes. A change of nothing is none, so all of its fields are never left out. */
export function variantsOf({ fields, method }: Operation): readonly BodyVariant[] {
  const variants: BodyVariant[] = [];
  if (method !== 'PATCH' && fields.some(isOptional)) variants.push('nothing optional');
  if (fields.some(isNullable)) variants.push('nulls');
  return variants;
}

function isOptional({ in: place, required }: Field): boolean {
  return place === 'body' && !required;
}

function isNullable({ in: place, schema }: Field): boolean {
  return place === 'body' && [schema.type].flat().includes('null');
}

/**
 * The positive control: a fresh person with a role does it on fresh rows of their own, and gets through. A reading gives back
 * what is theirs; anything else changes a row, or gives back what it found done.
 */
export async function controlAs(
  proof: HttpProof,
  operation: Operation,
  role: Role,
  body: BodyVariant = 'full',
): Promise<void> {
  const { world, wire, report } = proof;
  const detail = `the same by its own ${role}${body === 'full' ? '' : `, ${body}`}`;
  try {
    const stage = await world.stage(world.acme);
    const person = await world.person(stage, role);
    await prepare(proof, operation, stage, await world.ownerToken(stage));
    const given = await proof.meanings.given[operation.handler]?.(world, person, stage);
    // what a header says of somebody else's workspace leads nowhere: a command that heeded it would not find its rows
    const headers = {
      ...tenantHeaders(world.at('another workspace')),
      ...(await etagFor(proof, operation, stage, person.token)),
      ...(operation.repeatable && { 'idempotency-key': newId() }),
    };
    const rows = async () => (await world.sumOf(stage, 'account')) + (await world.directoryRows());
    const reading = await readingBefore(proof, operation, stage, person);
    const before = await rows();
    const call = callWith(proof, operation, (field) => idAt(proof, stage, field, person), {
      person,
      password: PASSWORD,
      headers: { ...headers, ...given?.headers },
      fields: { ...(body === 'nothing optional' && proof.meanings.alone), ...given?.fields },
      ...(body !== 'full' && { instead: INSTEAD[body] }),
      ...(given?.body !== undefined && { body: given.body }),
    });
    const token = given?.token ?? person.token;
    const answer = await wire.send(call, operation.scope === 'public' ? undefined : token);
    const changed = before !== (await rows());
    const recorded =
      answer.status === operation.success
        ? await proveRecorded(proof, operation, { answer, call, stage, person, before: reading })
        : null;
    const own = [
      stage.account.id,
      stage.workspace.id,
      person.userId,
      person.email,
      ...world.tables.map(({ name }) => stage.id(name)),
    ];
    const shown = own.some((id) => id && answer.text.includes(id));
    const probe = operation.scope === 'public' && operation.method === 'GET';
    const reads = operation.method === 'GET';
    report.add('http', operation.id, 'control', detail, failureOf());
    const contradiction = world.world.contract.contradiction(call.method, call.path, answer);
    report.add(
      'http',
      operation.id,
      'contract',
      detail,
      contradiction && `contradicts the OpenAPI document: ${contradiction}`,
    );
    if (operation.repeatable && answer.status === operation.success)
      await proveRepeatable(proof, operation, { call, answer, stage, token: person.token });

    function failureOf(): string | undefined {
      if (answer.status !== operation.success)
        return `cannot be exercised: answered ${answer.status} to its own ${role}, ${answer.text.slice(0, 700)}`;
      if (probe || shown || ((changed || own.includes(recorded ?? '')) && !reads)) return undefined;
      // what is the same for everybody has nobody's id in it
      if (reads && operation.scope === 'user' && answer.text.length > 2) return undefined;
      return 'cannot be exercised: it gave back no row and changed none';
    }
  } catch (error) {
    report.broke('http', operation.id, 'control', detail, error);
  }
}

/**
 * The same request with the same key again: the answer of the first time, and no second effect. Whoever may not do it any more,
 * because it was their own role or membership that they gave away, is refused as with a fresh key.
 */
async function proveRepeatable(
  { world, wire, report }: HttpProof,
  operation: Operation,
  first: { readonly call: Call; readonly answer: Answer; readonly stage: Stage; readonly token: string },
): Promise<void> {
  const { call, answer, stage, token } = first;
  const before = await world.sumOf(stage, 'account');
  const again = await wire.send(call, token);
  const refused = [401, 403].includes(again.status);
  const expected = refused
    ? await wire.send({ ...call, headers: { ...call.headers, 'idempotency-key': newId() } }, token)
    : { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } };
  const differs = difference(again, expected);
  const changed = before !== (await world.sumOf(stage, 'account'));
  const failure = differs
    ? `a repetition is answered otherwise: ${differs}`
    : changed
      ? 'a repetition has an effect of its own'
      : undefined;
  report.add('http', operation.id, 'repetition', 'the same key again', failure);
}
