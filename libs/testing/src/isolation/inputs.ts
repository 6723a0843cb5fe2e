import { type Answer, difference } from '../answers.js';
import { call, valuesWith } from './calls.js';
import { callWith, type HttpProof, idAt, missingId } from './http-proof.js';
import { type Field, idFields, type Operation } from './operations.js';
import { FOREIGN, type Foreign, type Stage } from './proof-world.js';

// Names under which software has been known to take a tenant from whoever asks.
const TENANT_HEADERS = [
  'x-account-id',
  'x-tenant-id',
  'x-workspace-id',
  'x-organization-id',
  'x-user-id',
  'x-role',
] as const;
const PRIVILEGED = [
  'account_id',
  'workspace_id',
  'user_id',
  'id',
  'role',
  'status',
  'is_admin',
  'version',
  '__proto__',
  'constructor',
] as const;
const INJECTIONS = [
  "' or '1'='1",
  "'||(select string_agg(body,'') from documents)||'",
  "x'; select set_config('app.current_account_id', (select account_id::text from accounts limit 1), false); --",
  "x') union select account_id, id, title from documents --",
  '$1; drop table documents',
] as const;

/** Headers that name somebody else's account, workspace and person. */
export function tenantHeaders({ account, workspace }: Stage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    TENANT_HEADERS.map((name) => {
      if (name.includes('workspace')) return [name, workspace.id];
      return [name, name.includes('user') ? account.owner.id : account.id];
    }),
  );
}

/** A foreign tenant named in a header changes nothing: headers say nothing about whom a request is for. */
export async function attackWithHeaders(proof: HttpProof, operation: Operation): Promise<void> {
  const { world, wire, report } = proof;
  // what changes something is only asked about what does not exist, so that it can be asked twice
  const reads = operation.method === 'GET';
  const absent = missingId();
  const isAbsent = (field: Field) => !reads && field.name !== 'workspaceId';
  if (!reads && !idFields(operation).some(isAbsent)) return;
  const plain = callWith(proof, operation, (field) => (isAbsent(field) ? absent : idAt(proof, world.own, field)));
  const token = operation.scope === 'public' ? undefined : world.attacker.token;
  const expected = await wire.send(plain, token);
  for (const place of ['another account', 'another workspace'] as const) {
    const stage = world.at(place);
    const headers = tenantHeaders(stage);
    const answer = await wire.send({ ...plain, headers: { ...plain.headers, ...headers } }, token);
    const differs = difference(answer, expected);
    report.add('http', operation.id, 'header', place, differs && `a header changes the answer: ${differs}`);
  }
}

/** Cursors of other accounts, workspaces and lists are refused like damaged ones. */
export async function attackWithCursors(proof: HttpProof, operation: Operation): Promise<void> {
  const { world, wire, report, operations } = proof;
  if (!takesCursor(operation)) return;
  const unfiltered = (one: Operation, place: Foreign | 'own', cursor?: string) =>
    call(one, (field) => {
      if (field.name === 'limit') return 1;
      if (field.name === 'cursor') return cursor;
      return field.in === 'path' ? idAt(proof, world.at(place), field) : undefined;
    });
  const cursorOf = async (one: Operation, place: Foreign | 'own', token: string): Promise<string | undefined> => {
    const { text } = await wire.send(unfiltered(one, place), token);
    return (JSON.parse(text) as { next_cursor?: string }).next_cursor ?? undefined;
  };
  const own = await cursorOf(operation, 'own', world.attacker.token);
  if (!own) {
    report.add(
      'http',
      operation.id,
      'cursor',
      'control',
      'cannot be exercised: there is no second page to take a cursor from. Sow more rows: addWorkspace(name, times)',
    );
    return;
  }
  const second = await wire.send(unfiltered(operation, 'own', own), world.attacker.token);
  report.add(
    'http',
    operation.id,
    'cursor',
    'control',
    second.status === 200 ? undefined : `refuses its own cursor with ${second.status}`,
  );
  const damaged = await wire.send(unfiltered(operation, 'own', 'nonsense'), world.attacker.token);
  const refused = (answer: Answer) => {
    const differs = difference(answer, damaged);
    return damaged.status < 400
      ? `takes a damaged cursor with ${damaged.status}`
      : differs && `differs from a damaged cursor: ${differs}`;
  };
  for (const place of FOREIGN) {
    if (place === 'another workspace' && operation.scope !== 'workspace') continue;
    const cursor = await cursorOf(operation, place, await world.ownerToken(world.at(place)));
    const answer = cursor && (await wire.send(unfiltered(operation, 'own', cursor), world.attacker.token));
    report.add(
      'http',
      operation.id,
      'cursor',
      place,
      answer ? refused(answer) : 'cannot be exercised: the foreign list has no second page',
    );
  }
  const other = operations.find(
    (one) => takesCursor(one) && one.handler !== operation.handler && one.scope === operation.scope,
  );
  const elsewhere = other && (await cursorOf(other, 'own', world.attacker.token));
  if (elsewhere) {
    const answer = await wire.send(unfiltered(operation, 'own', elsewhere), world.attacker.token);
    report.add('http', operation.id, 'cursor', 'another list', refused(answer));
  }
}

/** Fields that nobody asked for, the tenant's own among them, in the query and in every object of the body: 400, and nothing done. */
export async function attackWithExtraFields(proof: HttpProof, operation: Operation): Promise<void> {
  const { world, wire, report, meanings } = proof;
  if (operation.scope === 'public' && operation.method === 'GET') return;
  const token = operation.scope === 'public' ? undefined : world.attacker.token;
  const stage = world.at('another account');
  const person = world.attacker;
  const fields = { ...meanings.fields, email: person.email, password: 'not the password' };
  const values = valuesWith(operation, { ...meanings, fields }, (field) => idAt(proof, world.own, field));
  const etag: Record<string, string> = operation.conditional ? { 'if-match': '"v1"' } : {};
  const known = new Set(operation.fields.map(({ name }) => name));
  const before = await world.sumOf(world.own, 'account');
  for (const name of PRIVILEGED) {
    const value =
      name === 'role' ? 'owner' : name.startsWith('_') || name === 'constructor' ? { role: 'owner' } : stage.account.id;
    const tries = [
      ['query', { query: { [name]: String(value) } }],
      ...(operation.method === 'GET' ? [] : [['body', { body: { [name]: value } }] as const]),
    ] as const;
    for (const [where, extra] of tries) {
      if (known.has(name) && where === fieldPlace(operation, name)) continue;
      const answer = await wire.send(call(operation, values, etag, extra), token);
      report.add(
        'http',
        operation.id,
        'extra field',
        `${where} ${name}`,
        answer.status === 400 ? undefined : `answered ${answer.status} to a field that it does not have`,
      );
    }
  }
  const unchanged = before === (await world.sumOf(world.own, 'account'));
  report.add('http', operation.id, 'extra field', 'nothing done', unchanged ? undefined : 'a row has changed');
}

/** What is no id, or not spelled as ids are, is refused for its form alone: 400, before anything is looked for. */
export async function attackWithMalformedIds(proof: HttpProof, operation: Operation): Promise<void> {
  const { world, wire, report } = proof;
  for (const field of idFields(operation)) {
    const own = idAt(proof, world.own, field);
    for (const spelled of ['nonsense', own.toUpperCase(), `${own}'`, `{${own}}`, own.replaceAll('-', '')]) {
      const call = callWith(proof, operation, (one) => (one === field ? spelled : idAt(proof, world.own, one)), {
        isSought: (one) => one === field,
      });
      const { status } = await wire.send(call, world.attacker.token);
      const failure = status === 400 ? undefined : `answered ${status} to ${spelled}`;
      report.add('http', operation.id, 'malformed id', `${field.in} ${field.at.join('.')}`, failure);
    }
  }
}

/** SQL in every text that an operation takes: no foreign row comes out, and the database is not heard. */
export async function attackWithSql(proof: HttpProof, operation: Operation): Promise<void> {
  const { world, wire, report, meanings } = proof;
  const texts = operation.fields.filter(
    ({ in: place, schema }) =>
      place !== 'path' && !schema.format && !schema.enum && [schema.type].flat().includes('string'),
  );
  if (!texts.length || operation.scope === 'public') return;
  const secrets = await world.secrets(operation.scope, await world.foreignRows());
  const base = valuesWith(operation, meanings, (field) => idAt(proof, world.own, field));
  for (const text of texts) {
    for (const [index, payload] of INJECTIONS.entries()) {
      const etag: Record<string, string> = operation.conditional ? { 'if-match': '"v1"' } : {};
      const answer = await wire.send(
        call(operation, (field) => (field === text ? payload : base(field)), etag),
        world.attacker.token,
      );
      const failure = answer.status >= 500 ? `answered ${answer.status}` : secrets.foundIn(answer.text);
      report.add('http', operation.id, 'sql', `${text.in} ${text.at.join('.')}, text ${index + 1}`, failure);
    }
  }
}

function fieldPlace(operation: Operation, name: string): string | undefined {
  return operation.fields.find((field) => field.name === name)?.in;
}

function takesCursor({ fields, method }: Operation): boolean {
  return method === 'GET' && fields.some((field) => field.in === 'query' && field.name === 'cursor');
}
