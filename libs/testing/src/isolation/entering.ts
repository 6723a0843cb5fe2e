import { callWith, type HttpProof, idAt } from './http-proof.js';
import type { Operation } from './operations.js';

/**
 * An id is never enough: with a token that has not entered an account, or a workspace, the operations in it are a conflict
 * that says what to do, even for whoever may enter.
 */
export async function attackWithoutEntering(proof: HttpProof, operation: Operation): Promise<void> {
  const { wire, world, report } = proof;
  const { scope } = operation;
  if (scope !== 'account' && scope !== 'workspace') return;
  const call = callWith(proof, operation, (field) => idAt(proof, world.own, field));
  const expect = async (detail: string, token: string, code: string) => {
    const { status, text } = await wire.send(call, token);
    const refused = status === 409 && text.includes(`"code":"${code}"`);
    report.add(
      'http',
      operation.id,
      'entering',
      detail,
      refused ? undefined : `answered ${status} and not 409 ${code}`,
    );
  };
  await expect('no account entered', world.arrivals.signedIn, 'account_not_entered');
  if (scope !== 'workspace') return;
  await expect('no workspace entered', world.arrivals.inAccount, 'workspace_not_entered');
  const { stage, token } = await world.archived();
  const { status } = await wire.send(
    callWith(proof, operation, (field) => idAt(proof, stage, field)),
    token,
  );
  report.add(
    'http',
    operation.id,
    'entering',
    'archived workspace',
    status === 404 ? undefined : `answered ${status} and not 404`,
  );
}
