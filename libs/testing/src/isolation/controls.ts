import type { Role } from '#libs/roles';
import { PASSWORD } from '../world.js';
import { tenantHeaders } from './inputs.js';
import { callWith, etagFor, type HttpProof, idAt, prepare } from './http-proof.js';
import type { Operation } from './operations.js';
import { ProofStopped } from './report.js';

/**
 * The positive control: a fresh person with a role does it on fresh rows of their own, and gets through. A reading gives back
 * what is theirs; anything else changes a row, or gives back what it found done.
 */
export async function controlAs(proof: HttpProof, operation: Operation, role: Role): Promise<void> {
  const { world, wire, report } = proof;
  const detail = `the same by its own ${role}`;
  try {
    const stage = await world.stage(world.acme);
    const person = await world.person(stage, role);
    await prepare(proof, operation, stage, await world.ownerToken(stage));
    // what a header says of somebody else's workspace leads nowhere: a command that heeded it would not find its rows
    const headers = {
      ...tenantHeaders(world.at('another workspace')),
      ...(await etagFor(proof, operation, stage, person.token)),
    };
    const before = await world.rowsOf(stage, 'account');
    const call = callWith(proof, operation, (field) => idAt(proof, stage, field), {
      person,
      password: PASSWORD,
      headers,
    });
    const answer = await wire.send(call, operation.scope === 'public' ? undefined : person.token);
    const changed = before !== (await world.rowsOf(stage, 'account'));
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

    function failureOf(): string | undefined {
      if (answer.status !== operation.success)
        return `cannot be exercised: answered ${answer.status} to its own ${role}, ${answer.text.slice(0, 700)}`;
      if (probe || shown || (changed && !reads)) return undefined;
      // what is the same for everybody has nobody's id in it
      if (reads && operation.scope === 'user' && answer.text.length > 2) return undefined;
      return 'cannot be exercised: it gave back no row and changed none';
    }
  } catch (error) {
    if (error instanceof ProofStopped) throw error;
    report.add('http', operation.id, 'control', detail, `cannot be exercised: ${(error as Error).message}`);
  }
}
