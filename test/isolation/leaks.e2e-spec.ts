import { readFileSync } from 'node:fs';
import { asOperator } from '#libs/database';
import { type Proof, proveIsolation, sentence, World, testKey } from '#libs/testing';
import { createApp } from '../../apps/api/src/create-app.js';
import { openWorld } from '../open-world.js';
import { NotesModule } from './example-module/index.js';
import { LeakyModule } from './leaky.module.js';

// Passport keeps its strategies for the whole process: the worlds of this file sign with one key.
const variables = { TOKEN_KEYS: `test:${testKey('leaks')}` };
const NOTES = readFileSync('test/isolation/example-module/notes.sql', 'utf8');

const open = (modules: readonly (typeof NotesModule)[], cellSql: readonly string[]) =>
  World.open((environment, databases) => createApp(environment, databases, true, modules), {
    variables,
    cellSql,
  });

describe('ISO-16 a module that is not Bulkhead’s own', () => {
  let world: World;
  let proof: Proof;

  beforeAll(async () => {
    world = await open([NotesModule], [NOTES]);
    proof = await proveIsolation(world, { only: 'notes' });
  }, 120_000);
  afterAll(() => world.close());

  test('is proved with a seed and nothing else', () => {
    expect(proof.report.failures.map(sentence)).toEqual([]);
    const subjects = new Set(proof.report.checks.map(({ subject }) => subject));
    expect([...subjects]).toEqual(
      expect.arrayContaining([
        'GET /v1/notes',
        'POST /v1/notes',
        'GET /v1/notes/{noteId}',
        'PATCH /v1/notes/{noteId}',
        'DELETE /v1/notes/{noteId}',
        'GET /v1/workspaces/{workspaceId}/notes',
        'notes',
      ]),
    );
    const attacks = new Set(proof.report.checks.filter(({ kind }) => kind === 'row').map(({ attack }) => attack));
    expect([...attacks].sort()).toEqual(
      ['insert', 'merge', 'reference', 'select', 'update', 'upsert', 'delete'].sort(),
    );
  });
});

describe('ISO-04 ISO-16 a route that leaks is caught by its name', () => {
  let world: World;
  let proof: Proof;

  beforeAll(async () => {
    world = await open([LeakyModule], [NOTES]);
    proof = await proveIsolation(world, { only: 'leaks' });
  }, 120_000);
  afterAll(() => world.close());

  test.each([
    ['GET /v1/leaks/forbidden/{noteId}', 'foreign id', 'status 403 instead of 404'],
    ['GET /v1/leaks/words/{noteId}', 'foreign id', 'differs from what does not exist: body'],
    ['GET /v1/leaks/error-text/{noteId}', 'foreign id', 'carries a foreign id'],
    ['GET /v1/leaks/count', 'neighbours', 'move the answer'],
    ['GET /v1/leaks/sort', 'neighbours', 'move the answer'],
    ['GET /v1/leaks/cursor', 'cursor', 'differs from a damaged cursor: status 200'],
    ['GET /v1/leaks/cache', 'neighbours', 'carries a foreign id'],
    ['POST /v1/leaks/nothing', 'control', 'gave back no row and changed none'],
    ['notes', 'statement', 'does not name the tenant in notes.account_id'],
  ])('%s, by %s', (subject, attack, words) => {
    const found = proof.report.failures.filter((check) => check.subject === subject && check.attack === attack);
    expect(found.map(sentence).join('\n')).toContain(words);
  });
});

// Five ways to add something carelessly, and five different words.
describe('ISO-16 ISO-03 what is added carelessly is noticed', () => {
  const table = (protection: string) =>
    NOTES.replace("call app.protect_tenant_table('notes', 'workspace');", protection);

  test.each([
    ['a table without protection', table(''), 'notes is not protected'],
    [
      'a table whose policy forgets the workspace',
      `${NOTES}; alter policy tenant_rows on notes using (account_id = (select app.verified_account_id()));
       alter policy tenant_only on notes using (account_id = (select app.verified_account_id()))`,
      'notes has lost or changed policy',
    ],
    ['a column without a class', `${NOTES}; alter table notes add mood text`, 'notes.mood has no class'],
    ['a key on the id alone', `${NOTES}; create unique index sly on notes (id)`, 'unique index sly'],
    ['a grant in passing', `${NOTES}; grant update on notes to bulkhead_app`, 'bulkhead_app may UPDATE'],
  ])('%s', async (_, sql, words) => {
    const world = await openWorld(variables);
    try {
      for (const { ownerUrl } of world.databases.connections.cells)
        await asOperator(ownerUrl ?? '', async (owner) => {
          await owner.query('set role bulkhead_owner');
          await owner.query(sql);
        });
      const { report } = await proveIsolation(world, { without: ['http', 'row', 'sql'] });
      expect(report.failures.map(sentence).join('\n')).toContain(words);
    } finally {
      await world.close();
    }
  });

  test('a table without a row to try it on names the file to open', async () => {
    const world = await open([], [NOTES]);
    const { report } = await proveIsolation(world, { only: 'notes', without: ['sql'] });
    expect(report.failures.map(sentence).join('\n')).toContain('Add a seed to its module');
    await world.close();
  });
});
