import { type Answer, difference } from '../answers.js';
import type { Call } from './calls.js';
import { callWith, type HttpProof, idAt } from './http-proof.js';
import { idFields, type Operation } from './operations.js';
import type { Secrets } from './proof-world.js';

/**
 * Every reading twice, with much going on next door in between: rows made, and the same read, in every foreign place. The
 * two answers are the same to the byte, so no count, order, page, error or cache lets anybody hear the neighbours.
 */
export async function proveNeighboursUnheard(proof: HttpProof, only: readonly Operation[]): Promise<void> {
  const { world, wire, report } = proof;
  const readings = only.filter(
    (operation) => operation.method === 'GET' && operation.scope !== 'public' && isSown(proof, operation),
  );
  const calls = readings.map((operation) => callWith(proof, operation, (field) => idAt(proof, world.own, field)));
  const readAll = async (): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (const call of calls) answers.push(await wire.send(call, world.attacker.token));
    return answers;
  };
  const before = await readAll();
  // not in the attacker's own accounts: what happens there may well be seen by whoever owns them
  for (const place of ['another account', 'account in another cell'] as const) {
    const { account } = world.at(place);
    const stage = await world.stage(account);
    const token = await world.ownerToken(stage);
    for (const operation of readings) {
      const { text } = await wire.send(
        callWith(proof, operation, (field) => idAt(proof, stage, field)),
        token,
      );
      // and they do not hear the attacker, who has just asked the same
      const heard = [world.acme.id, world.own.workspace.id, ...world.own.workspace.rows.values()].find((id) =>
        text.includes(id),
      );
      report.add('http', operation.id, 'neighbours', `${place} listens`, heard && `carries a foreign id (${heard})`);
    }
  }
  const after = await readAll();
  const foreign = await world.foreignRows();
  const secrets = new Map<string | undefined, Secrets>();
  for (const scope of new Set(readings.map((operation) => operation.scope)))
    secrets.set(scope, await world.secrets(scope, foreign));
  for (const [index, operation] of readings.entries()) {
    const [one, other] = [before[index] as Answer, after[index] as Answer];
    const differs = difference(other, one);
    const failure =
      secrets.get(operation.scope)?.foundIn(other.text) ??
      (differs && `another account's rows move the answer: ${differs}`);
    report.add('http', operation.id, 'neighbours', 'another account', failure);
  }
  const inWorkspace = readings.filter(({ scope }) => scope === 'workspace');
  const then = inWorkspace.map((operation) => after[readings.indexOf(operation)] as Answer);
  const next = await world.stage(world.acme);
  // somebody else's doing: where one goes oneself is shown, for example as the workspace entered last
  const { token: nextToken } = await world.person(next, 'owner');
  for (const operation of inWorkspace)
    await wire.send(
      callWith(proof, operation, (field) => idAt(proof, next, field)),
      nextToken,
    );
  for (const [index, operation] of inWorkspace.entries()) {
    const answer = await wire.send(calls[readings.indexOf(operation)] as Call, world.attacker.token);
    const differs = difference(answer, then[index] as Answer);
    report.add(
      'http',
      operation.id,
      'neighbours',
      'another workspace',
      differs && `another workspace's rows move the answer: ${differs}`,
    );
  }
}

/** Whether every id of an operation has a row; where one has none, its control has said so. */
function isSown(proof: HttpProof, operation: Operation): boolean {
  return idFields(operation).every((field) => {
    try {
      return Boolean(idAt(proof, proof.world.own, field));
    } catch {
      return false;
    }
  });
}
