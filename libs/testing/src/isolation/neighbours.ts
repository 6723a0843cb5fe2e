import { type Answer, difference } from '../answers.js';
import type { Call } from './calls.js';
import { callWith, type HttpProof, idAt } from './http-proof.js';
import { idFields, type Operation } from './operations.js';
import type { Secrets, Stage } from './proof-world.js';

/**
 * Every reading twice, with much going on next door in between: rows made, and the same read, in every foreign place. The
 * two answers are the same to the byte, so no count, order, page, error or cache lets anybody hear the neighbours.
 */
export async function proveNeighboursUnheard(proof: HttpProof, only: readonly Operation[]): Promise<void> {
  const { world, wire, report } = proof;
  const sown = only.filter(
    (operation) => operation.method === 'GET' && operation.scope !== 'public' && isSown(proof, operation),
  );
  for (const operation of sown.filter(({ streamed }) => streamed)) await proveNeighboursNotStreamed(proof, operation);
  const readings = sown.filter(({ streamed }) => !streamed);
  if (!readings.length) return;
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

/** How long a stream may take to say what its own listener has just done: it looks every second. */
const WATCH_TIMEOUT_MS = 10_000;

/**
 * A stream is listened to while the same is read next door, until it says what its listener did last of all: of everything
 * that it has said by then, every entry is of a request of the listener's own.
 */
async function proveNeighboursNotStreamed(proof: HttpProof, operation: Operation): Promise<void> {
  const { world, wire, report } = proof;
  const say = (failure: string | undefined) => report.add('http', operation.id, 'neighbours', 'streamed', failure);
  const reading = proof.operations.find(
    ({ method, scope, handler, streamed }) =>
      method === 'GET' && scope === 'workspace' && !streamed && handler.endsWith('.show'),
  );
  if (!reading) return say('cannot be exercised: no operation reads one thing of a workspace');
  const read = async (stage: Stage, token: string) => {
    const call = callWith(proof, reading, (field) => idAt(proof, stage, field));
    return String((await wire.send(call, token)).headers['x-request-id']);
  };
  // nothing of before is still on its way
  await world.flush();
  const opening = callWith(proof, operation, (field) => idAt(proof, world.own, field));
  // without filters: it is to say everything
  const stream = await wire.follow({ ...opening, path: opening.path.replace(/\?.*/, '') }, world.attacker.token);
  try {
    const foreign: string[] = [];
    for (const place of ['another account', 'account in another cell', 'another workspace'] as const) {
      if (place === 'another workspace' && operation.scope !== 'workspace') continue;
      const stage = world.at(place);
      foreign.push(await read(stage, await world.ownerToken(stage)));
    }
    await world.flush();
    const own = await read(world.own, world.attacker.token);
    await world.flush();
    const said = await stream.until(own, WATCH_TIMEOUT_MS);
    if (said === null) return say('cannot be exercised: the stream does not say what its listener did');
    const heard = foreign.find((id) => said.includes(id));
    return say(heard && `says what was done elsewhere: ${eventWith(said, heard)}`);
  } finally {
    stream.close();
  }
}

/** The event of a stream that contains a text. */
function eventWith(said: string, text: string): string {
  return said.split('\n\n').find((event) => event.includes(text)) ?? text;
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
