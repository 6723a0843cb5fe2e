import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ContextStore, job } from '#libs/context';
import { Cells } from '#libs/database';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import type { BenchAccount, BenchDatabases } from './bench-databases.js';
import { documentOf, pick } from './gate-figures.js';
import { type Arm, compare, type Figure, interleave, type Pace, throughput } from './rounds.js';

const AT_ONCE = 16;
const POOL = 8;

/** TypeORM on the gate and TypeORM as it comes, without policies: one row by key, and a list of fifty. */
export async function typeOrmFigures(
  app: NestFastifyApplication,
  bench: BenchDatabases,
  accounts: readonly BenchAccount[],
  pace: Pace,
): Promise<Figure[]> {
  const gated = app.get(Cells).named(bench.large.name).dataSource;
  const entity = gated.entityMetadatas.find(({ tableName }) => tableName === 'documents')?.target;
  if (!entity) throw new Error('TypeORM knows no entity of documents.');
  const plain = new DataSource({
    type: 'postgres',
    url: bench.plainUrl(bench.large),
    entities: [entity as never],
    extra: { max: POOL },
    installExtensions: false,
    uuidExtension: 'pgcrypto',
  });
  await plain.initialize();
  const contexts = app.get(ContextStore);
  const inContext =
    (arm: Arm): Arm =>
    (turn) => {
      const { accountId, workspaceId } = pick(accounts, turn);
      const account = { id: accountId, cell: bench.large.name };
      return contexts.runAs({ actor: job('bench', 'any'), account, workspaceId }, () => arm(turn));
    };
  try {
    const figures: Figure[] = [];
    for (const [name, arm, aim] of [
      ['typeorm/plain-typeorm', getting, { at: 'least', value: 1.1 }],
      ['typeorm-list/plain-typeorm', listing, undefined],
    ] as const) {
      const arms = { gated: inContext(arm(gated, entity, accounts)), plain: arm(plain, entity, accounts) };
      const seen = await interleave(['gated', 'plain'], 'gated', pace, (one) =>
        throughput(arms[one], AT_ONCE, pace.milliseconds),
      );
      figures.push(compare(name, seen, 'gated', 'plain', aim));
    }
    return figures;
  } finally {
    await plain.destroy();
  }
}

function getting(source: DataSource, entity: EntityTarget<ObjectLiteral>, accounts: readonly BenchAccount[]): Arm {
  return async (turn) => {
    const account = pick(accounts, turn);
    const { accountId, workspaceId } = account;
    const found = await source.manager.findOne(entity, {
      where: { accountId, workspaceId, id: documentOf(account, turn) },
    });
    if (!found) throw new Error('TypeORM found no document: it would measure nothing.');
  };
}

function listing(source: DataSource, entity: EntityTarget<ObjectLiteral>, accounts: readonly BenchAccount[]): Arm {
  return async (turn) => {
    const { accountId, workspaceId, datasetId } = pick(accounts, turn);
    const found = await source.manager.find(entity, {
      where: { accountId, workspaceId, datasetId },
      order: { id: 'DESC' },
      take: 50,
    });
    if (found.length !== 50) throw new Error('TypeORM found no full page: it would measure nothing.');
  };
}
