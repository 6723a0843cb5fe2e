import { TenantConnection } from '#libs/database';
import { type Check, POLICIES_OFF, proveIsolation, sentence, World, testKey } from '#libs/testing';
import { createApp } from '../../apps/api/src/create-app.js';

// Each layer denies without the others. What is asked of documents here, `npm run isolation:prove -- --mutate` asks of everything.
const ONLY = '/v1/documents/{documentId}';
const PREDICATE = /(?:"?\w+"?\.)?"?\b(?:account_id|workspace_id)"? = (\$\d+)(?!\d)/g;
const variables = { TOKEN_KEYS: `test:${testKey('layers')}` };

async function prove(cellSql: readonly string[] = []): Promise<readonly Check[]> {
  const world = await World.open((environment, databases) => createApp(environment, databases, true), {
    variables,
    cellSql,
  });
  try {
    const { report } = await proveIsolation(world, { only: ONLY, without: ['catalog', 'row', 'sql'] });
    expect(report.checks.length).toBeGreaterThan(200);
    return report.failures;
  } finally {
    await world.close();
  }
}

/** Takes the predicate on the tenant out of statements just before they are sent: the data access layer might not be there. */
async function withoutPredicates<T>(of: RegExp, work: () => Promise<T>): Promise<T> {
  const original = TenantConnection.prototype.query;
  let taken = 0;
  const spy = jest.spyOn(TenantConnection.prototype, 'query').mockImplementation(function (
    this: TenantConnection,
    text: unknown,
    values: unknown,
  ) {
    const bare = String(text).replace(PREDICATE, (predicate, parameter: string) => {
      if (!of.test(String(text))) return predicate;
      taken += 1;
      return `${parameter}::uuid is not null`;
    });
    return (original as (...all: unknown[]) => unknown).call(this, bare, values) as never;
  } as never);
  try {
    return await work();
  } finally {
    spy.mockRestore();
    expect(taken).toBeGreaterThan(50);
  }
}

describe('ISO-05 each layer denies alone', () => {
  jest.setTimeout(90_000);

  test('the data access layer, with every policy open', async () => {
    expect((await prove(POLICIES_OFF)).map(sentence)).toEqual([]);
  });

  test('the policies, without a predicate in any statement', async () => {
    expect((await withoutPredicates(/./, () => prove())).map(sentence)).toEqual([]);
  });

  test('placement, across cells, with neither on documents; within a cell nothing is left', async () => {
    const failures = await withoutPredicates(/documents/, () => prove(POLICIES_OFF));
    const foreign = failures.filter(({ attack, detail }) => attack === 'foreign id' && !detail.includes('unchanged'));
    expect(foreign.filter(({ detail }) => detail.includes('another account')).length).toBeGreaterThan(0);
    expect(foreign.filter(({ detail }) => detail.includes('another cell')).map(sentence)).toEqual([]);
  });
});
