import { readFileSync } from 'node:fs';
import { type Check, operationsOf, type Proof, proveIsolation, sentence, type World } from '#libs/testing';
import { openWorld } from '../open-world.js';

const reviewed = (part: string) => readFileSync(`docs/surface/${part}.txt`, 'utf8').split('\n').filter(Boolean);

let world: World;
let proof: Proof;

// `npm run isolation:prove` attacks every operation, and runs after these tests wherever they run by themselves (.ci/run). Here the
// catalogs, every table, the worker's duties, and operations of each scope are.
const HERE =
  /\/documents|^GET \/v1\/(roles|me|account\/(members|workspaces|audit-entries))$|^POST \/v1\/(datasets|sessions\/refresh)$/;

beforeAll(async () => {
  world = await openWorld();
  const all = operationsOf((await world.nobody.get('/openapi.json')).body);
  proof = await proveIsolation(world, {
    operations: all.map(({ id }) => id).filter((id) => HERE.test(id)),
    reviewed: { cell: reviewed('cell'), directory: reviewed('directory'), operations: reviewed('operations') },
  });
}, 420_000);
afterAll(() => world.close());

/** What failed of the checks that are meant; there must be some. */
function failed(meant: (check: Check) => boolean): string[] {
  const checks = proof.report.checks.filter(meant);
  expect(checks.length).toBeGreaterThan(0);
  return checks.filter(({ failure }) => failure !== undefined).map(sentence);
}

test('ISO-16 each operation was exercised, attacked with foreign ids in each position, and nothing came out', () => {
  expect(failed(({ kind }) => kind === 'http')).toEqual([]);
  // none is left out: each was reached by its owner before it was refused to others
  const controlled = new Set(
    proof.report.checks.filter(({ attack }) => attack === 'control').map(({ subject }) => subject),
  );
  const attacked = proof.operations.filter(({ id }) => HERE.test(id));
  expect(attacked.length).toBeGreaterThan(15);
  expect(attacked.filter(({ id }) => !controlled.has(id)).map(({ id }) => id)).toEqual([]);
});

test('ISO-02 ISO-16 every table withstands every kind of statement, beside the same on a row of one’s own', () => {
  expect(failed(({ kind }) => kind === 'row')).toEqual([]);
});

test('ISO-09 another workspace of the same account is as far away as another account', () => {
  expect(
    failed(({ detail, attack }) => detail.includes('another workspace') || attack === 'unnamed workspace'),
  ).toEqual([]);
});

test('ISO-01 ISO-04 every statement on its way to a cell names its account, and its workspace, by a bound parameter', () => {
  expect(failed(({ kind }) => kind === 'sql')).toEqual([]);
});

test('ISO-11 AUT-01 every operation says how far it reaches, and no dead token opens one', () => {
  expect(failed(({ attack }) => attack === 'scope' || attack === 'token')).toEqual([]);
});

test('TEN-03 ISO-11 each role may do what the table of roles says, and nothing else', () => {
  expect(failed(({ attack }) => attack === 'role')).toEqual([]);
});

test('ISO-03 LIF-11 the catalogs keep every rule, in every cell and in the directory', () => {
  expect(failed(({ attack }) => attack === 'rules')).toEqual([]);
});

test('TEN-13 roles, grants, policies, keys, functions and operations are what was reviewed', () => {
  expect(failed(({ attack }) => attack === 'reviewed')).toEqual([]);
});
