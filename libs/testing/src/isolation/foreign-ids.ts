import type { Role } from '#libs/roles';
import { type Answer } from '../answers.js';
import { callWith, type HttpProof, idAt, likeMissing, missingId, prepare, tableOf } from './http-proof.js';
import { type Field, idFields, type Operation } from './operations.js';
import { FOREIGN, type Foreign, type Person, type Secrets } from './proof-world.js';

/**
 * Every operation with a foreign id in every position, one at a time and all at once, compared byte for byte with an id that
 * does not exist. Afterwards no row of a foreign place may have changed.
 */
export async function attackWithForeignIds(proof: HttpProof, operation: Operation, as: Role): Promise<void> {
  const { world, report } = proof;
  const fields = idFields(operation);
  if (!fields.length) return;
  const prepares = operation.handler in proof.meanings.after;
  if (prepares) await world.renew();
  for (const place of FOREIGN) {
    const stage = world.at(place);
    const theirs = await world.ownerToken(stage);
    await prepare(proof, operation, stage, theirs);
    // first by those whose it is: what is remembered of it is remembered when the attacker asks
    if (operation.method === 'GET')
      await proof.wire.send(
        callWith(proof, operation, (field) => idAt(proof, stage, field)),
        theirs,
      );
  }
  // the strongest attacker owns another account as well
  const token = as === 'owner' ? world.attacker.token : (await world.person(world.own, as)).token;
  const before = await world.foreignRows();
  const secrets = await world.secrets(operation.scope, before);
  for (const place of FOREIGN) {
    const positions = fields.filter((field) => isForeign(proof, operation, field, place));
    for (const field of positions) {
      const missing = compared(proof, operation, field, place);
      await compare(proof, operation, token, secrets, {
        detail: `${field.in} ${field.at.join('.')}, ${place}, as ${as}`,
        foreign: (one) => idAt(proof, one === field ? world.at(place) : world.own, one),
        missing,
        isSought: (one) => one === field,
        ...(field.in === 'path' && { status: statusOf(operation, field, place) }),
      });
    }
    if (fields.length > 1 && positions.length) {
      const entered = isPathWorkspace(operation, place);
      await compare(proof, operation, token, secrets, {
        detail: `everywhere, ${place}, as ${as}`,
        foreign: (one) => idAt(proof, world.at(place), one),
        // a workspace that one may enter and has not is a conflict, whatever follows in the path
        missing: (one) => (entered && one.name === 'workspaceId' ? idAt(proof, world.at(place), one) : missingId()),
      });
    }
  }
  const after = await world.foreignRows();
  // what prepared the foreign rows, an archived workspace for example, must not hinder the next attack
  if (prepares) await world.renew();
  for (const [place, rows] of before)
    report.add(
      'http',
      operation.id,
      'foreign id',
      `${place} unchanged, as ${as}`,
      rows === after.get(place)
        ? undefined
        : `a row of a foreign place has changed: ${changed(rows, after.get(place))}`,
    );
}

/**
 * Somebody who may enter one workspace alone: the other workspaces of their own account are as if they did not exist, and are
 * not shown in what else they may read.
 */
export async function attackUnnamedWorkspace(proof: HttpProof, operation: Operation, narrow: Person): Promise<void> {
  const { world, wire, report } = proof;
  if (operation.scope !== 'account' && operation.scope !== 'workspace') return;
  const say = (detail: string, failure: string | undefined) =>
    report.add('http', operation.id, 'unnamed workspace', detail, failure);
  const unnamed = world.at('another workspace');
  const field = idFields(operation).find((one) => one.in === 'path' && tableOf(proof, one) === 'workspaces');
  const send = (id: (one: Field) => string) => wire.send(callWith(proof, operation, id), narrow.token);
  if (field) {
    const inPlace = (workspace: string) => send((one) => (one === field ? workspace : idAt(proof, world.own, one)));
    const answer = await inPlace(idAt(proof, unnamed, field));
    const secrets = await world.secrets('workspace', await world.foreignRows());
    say(
      `path ${field.name}`,
      likeMissing(answer, await inPlace(missingId())) ??
        secrets.foundIn(answer.text) ??
        (answer.status === 404 ? undefined : `answered ${answer.status} and not 404`),
    );
  } else if (operation.method === 'GET') {
    // somebody who is kept to the other workspace, and the newest of all, so that the first page of a list has them
    const workspaces = [{ id: unnamed.workspace.id, role: 'viewer' as const }];
    const { memberId } = await unnamed.account.addMember('viewer', { access: 'named', workspaces });
    const answer = await send((one) => (tableOf(proof, one) === 'members' ? memberId : idAt(proof, world.own, one)));
    const others = await world.past.rows<{ id: string }>(
      unnamed.account.place.cell,
      'select id from workspaces where account_id = $1 and id <> $2',
      [unnamed.account.id, world.own.workspace.id],
    );
    const shown = others.find(({ id }) => answer.text.includes(id));
    say('shown elsewhere', shown && `shows a workspace that one may not enter (${shown.id})`);
  }
}

function isForeign(proof: HttpProof, operation: Operation, field: Field, place: Foreign): boolean {
  const table = proof.world.tables.find(({ name }) => name === tableOf(proof, field));
  if (table?.name === 'accounts') return place === 'another account' || place === 'account in another cell';
  if (place !== 'another workspace') return true;
  // what is about the whole account may be about any of its workspaces
  return (operation.scope === 'workspace' && table?.scope === 'workspace') || isWorkspaceOfPath(operation, field);
}

function isWorkspaceOfPath({ scope }: Operation, { in: where, name }: Field): boolean {
  return scope === 'workspace' && where === 'path' && name === 'workspaceId';
}

function isPathWorkspace(operation: Operation, place: Foreign): boolean {
  return place === 'another workspace' && operation.fields.some((field) => isWorkspaceOfPath(operation, field));
}

/** A foreign place in a path does not exist; a workspace that one may enter and has not is a conflict. */
function statusOf(operation: Operation, field: Field, place: Foreign): 404 | 409 {
  return place === 'another workspace' && isWorkspaceOfPath(operation, field) ? 409 : 404;
}

/** What one foreign position is compared with: the same request with an id there that does not exist. */
function compared(proof: HttpProof, operation: Operation, field: Field, place: Foreign): (one: Field) => string {
  const { world } = proof;
  if (place === 'another workspace' && isWorkspaceOfPath(operation, field))
    return (one) => (one === field ? idAt(proof, world.at(place), one) : missingId());
  return (one) => (one === field ? missingId() : idAt(proof, world.own, one));
}

async function compare(
  proof: HttpProof,
  operation: Operation,
  token: string,
  secrets: Secrets,
  attack: {
    readonly detail: string;
    readonly foreign: (field: Field) => string;
    readonly missing: (field: Field) => string;
    /** Which filters are given. Default all. */
    readonly isSought?: (field: Field) => boolean;
    /** What both have to be answered with. */
    readonly status?: number;
  },
): Promise<void> {
  const send = (id: (field: Field) => string): Promise<Answer> =>
    proof.wire.send(callWith(proof, operation, id, { isSought: attack.isSought ?? (() => true) }), token);
  const answer = await send(attack.foreign);
  const failure =
    secrets.foundIn(answer.text) ??
    likeMissing(answer, await send(attack.missing)) ??
    (attack.status && answer.status !== attack.status
      ? `answered ${answer.status} and not ${attack.status}`
      : undefined);
  proof.report.add('http', operation.id, 'foreign id', attack.detail, failure);
}

/** Where two texts of rows part, with a little around it. */
function changed(before: string, after = ''): string {
  let at = 0;
  while (before[at] === after[at]) at += 1;
  return after.slice(Math.max(0, at - 40), at + 240);
}
