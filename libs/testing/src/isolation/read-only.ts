import { callWith, type HttpProof, idAt } from './http-proof.js';
import type { Operation } from './operations.js';

/**
 * BIL-04: in an account that can only be read, its owner reads, and a command is refused unless it says that it is taken then. A
 * field that no operation has is added to the query, so that what is let through is refused by its form and changes nothing.
 */
export async function attackWhileReadOnly(proof: HttpProof, operation: Operation): Promise<void> {
  const { wire, world, report } = proof;
  const { scope, method, whileReadOnly } = operation;
  if (scope !== 'account' && scope !== 'workspace') return;
  const { stage, token } = await world.readOnly();
  const call = callWith(proof, operation, (field) => idAt(proof, stage, field));
  const path = `${call.path}${call.path.includes('?') ? '&' : '?'}no_such_field=1`;
  const { status, text } = await wire.send({ ...call, path }, token);
  const refused = status === 403 && text.includes('"code":"account_read_only"');
  const expected = method !== 'GET' && !whileReadOnly;
  const failure =
    refused === expected
      ? undefined
      : `answered ${status} ${expected ? 'and not 403 account_read_only' : 'although it is taken then'}`;
  report.add('http', operation.id, 'read-only', 'the owner', failure);
}
