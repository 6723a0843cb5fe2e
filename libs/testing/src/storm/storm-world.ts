import { randomBytes } from 'node:crypto';
import { job } from '#libs/context';
import { Datasets, Documents } from '#libs/content';
import type { World, WorldAccount } from '../world.js';

/** Somebody at work in one workspace of an account of the storm. */
export interface Sailor {
  readonly token: string;
  readonly accountId: string;
  readonly workspaceId: string;
  readonly datasetId: string;
  readonly documentIds: readonly string[];
  readonly memberId: string;
  /** In every text of the account; eight hexadecimal digits. */
  readonly account: string;
  /** In every text of the workspace. */
  readonly workspace: string;
}

const CANARY = /canary-([0-9a-f]{8})-([0-9a-f]{8})/g;
const DOCUMENTS = 6;
const OF_THE_ACCOUNT = '00000000';

/** A text that says whose it is. */
function canary(account: string, workspace = OF_THE_ACCOUNT): string {
  return `canary-${account}-${workspace}`;
}

/** Fills accounts whose every row carries a canary: two workspaces each, in which their owner is at work. */
export async function fillStorm(world: World, accounts: number): Promise<Sailor[]> {
  const sailors: Sailor[] = [];
  for (let count = 0; count < accounts; count += 1) {
    const mark = randomBytes(4).toString('hex');
    const account = await world.emptyAccount(canary(mark));
    const owner = await account.ownerClient();
    const { body } = await owner.get('/v1/account/members?limit=1');
    for (let side = 0; side < 2; side += 1) sailors.push(await board(world, account, mark, body.items[0].id));
  }
  return sailors;
}

async function board(world: World, account: WorldAccount, mark: string, memberId: string): Promise<Sailor> {
  const own = randomBytes(4).toString('hex');
  const text = canary(mark, own);
  const { body } = await (await account.ownerClient())
    .post('/v1/account/workspaces', { name: canary(mark) })
    .expect(201);
  const datasets = world.app.get(Datasets);
  const documents = world.app.get(Documents);
  const actor = job('storm', 'any');
  const documentIds: string[] = [];
  let datasetId = '';
  await world.contexts.runAs({ actor, account: account.place, workspaceId: body.id }, async () => {
    datasetId = await datasets.create({ name: text, description: text });
    for (let count = 0; count < DOCUMENTS; count += 1)
      documentIds.push(await documents.create(datasetId, { title: text, body: `${text} sings of storms` }));
  });
  const client = await (await account.ownerClient()).enterWorkspace(body.id);
  return {
    token: client.token ?? '',
    accountId: account.id,
    workspaceId: body.id,
    datasetId,
    documentIds,
    memberId,
    account: mark,
    workspace: own,
  };
}

/** A foreign canary in an answer, or, where rows must be in it, no own one; undefined where all is well. */
export function strangerIn(
  text: string,
  sailor: Sailor,
  within: 'account' | 'workspace',
  holdsRows: boolean,
): string | undefined {
  let own = 0;
  for (const [found, account, workspace] of text.matchAll(CANARY)) {
    const elsewhere = within === 'workspace' && workspace !== OF_THE_ACCOUNT && workspace !== sailor.workspace;
    if (account !== sailor.account || elsewhere)
      return `an answer to ${canary(sailor.account, sailor.workspace)} carries ${found}`;
    own += 1;
  }
  return holdsRows && !own ? 'an answer that should hold rows holds none' : undefined;
}
