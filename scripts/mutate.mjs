// Takes each guard of isolation away, one at a time, and asks what notices: `npm run isolation:prove -- --mutate`.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { functionMutationsOn, isNoticed, POLICIES_OFF, TestServer } from '#libs/testing';
import { sourceMutations, withoutDataAccessLayer } from '../dist/libs/testing/src/mutations/source-mutations.js';
import { MutantProvers } from './mutant-provers.mjs';

const DAL_ALONE = 'the data access layer alone denies (every policy open)';
const POLICIES_ALONE = 'the policies alone deny (no predicate anywhere)';
const PLACEMENT_ALONE = 'placement denies across cells (no policy, no predicate)';
/** Seconds after which a test hangs. */
const TEST_SECONDS = 240;
/** Parts of the proof of the product as it is: several for each process, since they do not take the same time. */
const SHARES = 12;
/** One more than there are cores, because each waits for its database a quarter of the time. */
const PROCESSES = Math.max(3, Math.min(6, availableParallelism() + 1));

/**
 * Proves the product under every mutation whose name or family contains `text`.
 *
 * @param tell hears each verdict: `{ name, family, noticed, must, words, seconds }`; `seconds` of those that were proved one by one.
 */
export async function mutate(text, tell) {
  const server = await TestServer.start();
  const { handle } = server;
  const matches = (name, family) => name.includes(text) || family.includes(text);
  const sources = sourceMutations();
  const dal = withoutDataAccessLayer().edits;
  const layered = { dal, content: dal.filter(({ file }) => /libs\/content\/|tenant-comparison/.test(file)) };
  const provers = new MutantProvers([[], ...Object.values(layered), ...sources.map(({ edits }) => edits)]);
  const proof = (mutation) => provers.prove({ handle, edits: [], ...mutation });
  try {
    const coverage = await control(proof, matches, tell);
    await catalogs(text, tell);
    const functions = (await functionMutationsOn(server)).filter(({ must }) => !must.includes('catalog'));
    const mutations = [...functions, ...sources].filter(({ name, family }) => matches(name, family));
    // the long ones first, so that no process is left with one of them at the end
    await inParallel([...layers(proof, layered, coverage, matches, tell), ...mutations.map(asked)], (ask) => ask());

    function asked(mutation) {
      return async () => {
        const began = performance.now();
        const { edits = [], definitions = [], test } = mutation;
        const by = test
          ? await failingTest({ handle, edits, definitions }, test)
          : await noticed(proof, mutation, coverage);
        tell({ ...judged({ ...mutation, by }), seconds: (performance.now() - began) / 1_000 });
      };
    }
  } finally {
    provers.end();
    await server.stop();
  }
}

function judged(verdict) {
  const [kind, words] =
    Object.entries(verdict.by).find(([name]) => verdict.must.includes(name)) ?? Object.entries(verdict.by)[0] ?? [];
  return {
    family: verdict.family,
    name: verdict.name,
    noticed: isNoticed(verdict),
    must: verdict.must.join(' or '),
    words: kind ? `${kind}: ${words}` : 'nothing',
  };
}

/** Every guard of the catalogs, shared among processes: each on a server of its own, because roles are the server's. */
async function catalogs(text, tell) {
  const of = PROCESSES;
  const shares = Array.from({ length: of }, (_, index) => ({ text, share: { index, of } }));
  await inParallel(shares, async (share) => {
    const { code, output } = await run(['scripts/catalog-mutants.mjs'], share, (line) => {
      if (line.startsWith('{')) tell(judged(JSON.parse(line)));
    });
    if (code) throw new Error(`The guards of the catalogs could not be taken away: ${output.trim().slice(-2_000)}`);
  });
}

/**
 * The product as it is: nothing may be noticed, or the verdicts say nothing.
 *
 * @returns which functions each operation and each duty of the worker runs, so that a mutation is shown only to those that reach it
 */
async function control(proof, matches, tell) {
  const shares = Array.from({ length: SHARES }, (_, index) => ({ index, of: SHARES }));
  const found = [];
  await inParallel(shares, async (share) => {
    found.push(await proof({ kinds: ['http', 'sql', 'row'], whole: true, share }));
  });
  const by = Object.assign({}, ...found.map((one) => one.by));
  const words = Object.entries(by)[0]?.join(': ') ?? 'the product as it is passes';
  if (matches('nothing', 'control') || Object.keys(by).length)
    tell({ family: 'control', name: 'nothing taken away', noticed: !Object.keys(by).length, must: 'nothing', words });
  return found.flatMap(({ coverage = {} }) => Object.entries(coverage)).filter(([name]) => name !== 'start');
}

async function noticed(proof, { edits = [], definitions = [], must }, coverage) {
  const kinds = ['http', 'sql', 'row'].filter((kind) => must.includes(kind));
  const reaching = definitions.length ? coverage.map(([name]) => name) : reachedBy(edits, coverage);
  const operations = reaching.filter((name) => !name.startsWith('duty '));
  const duties = reaching.length > operations.length ? ['duties'] : [];
  const { by } = await proof({
    kinds,
    edits,
    definitions,
    // a mutation that no operation reaches is shown to all of them
    ...(reaching.length && { operations, tasks: [...duties, 'stale access', 'operations'] }),
  });
  return by;
}

/** Names of the operations and duties that run a function in which one of the edits is: first those that do little else, which fail soon. */
function reachedBy(edits, coverage) {
  return coverage
    .filter(([, files]) => edits.some(({ file, within }) => reaches(files[file], within)))
    .sort(([, one], [, other]) => size(one) - size(other))
    .map(([name]) => name);
}

function reaches(functions, within) {
  return functions !== undefined && (within === undefined ? functions.length > 0 : functions.includes(within));
}

function size(files) {
  return Object.values(files).reduce((sum, { length }) => sum + length, 0);
}

/** Runs the test that is named for a mutation which no proof notices, with that mutation: it has to fail. */
async function failingTest(mutation, { ring, title: pattern, file }) {
  const jest = ['node_modules/jest/bin/jest.js', '--forceExit', '--selectProjects', ring, '-t', pattern, '--', file];
  const { code, output } = await run(jest, mutation);
  const [, title, whole] = /●.*› (.*)|● (.*)/.exec(output) ?? [];
  if (code === 0) return {};
  // one that hung, or that could not run, says nothing
  return title || whole ? { test: title ?? whole } : { broken: output.trim().slice(-300) || 'the test hung' };
}

/** Each layer alone denies everything; with both gone, placement still keeps cells apart. */
function layers(proof, { dal, content }, coverage, matches, tell) {
  const kinds = ['http'];
  const say = (name, noticed, words) => tell({ family: 'layer', name, noticed, must: 'http', words });
  const policiesOff = async () => {
    const { failures = [], passed } = await proof({ kinds, cellSql: POLICIES_OFF, whole: true });
    say(DAL_ALONE, passed > 0 && !failures.length, summary(failures, passed));
  };
  const predicatesOff = async () => {
    const { failures = [], passed } = await proof({ kinds, edits: dal, whole: true });
    say(POLICIES_ALONE, passed > 0 && !failures.length, summary(failures, passed));
  };
  const bothOff = async () => {
    // of what a workspace holds: without both on members and sessions nobody could even come in
    const operations = reachedBy(content, coverage).filter((name) => !name.startsWith('duty '));
    const { failures = [], passed } = await proof({
      kinds,
      edits: content,
      cellSql: POLICIES_OFF,
      whole: true,
      operations,
    });
    const foreign = failures.filter(({ attack, detail }) => attack === 'foreign id' && !detail.includes('unchanged'));
    const within = foreign.filter(({ detail }) => detail.includes('another account'));
    const across = foreign.filter(({ detail }) => detail.includes('another cell'));
    const words = `${within.length} attacks within the cell got through, ${across.length} across${across[0] ? `: ${across[0].subject} ${across[0].failure}` : ''}`;
    say(PLACEMENT_ALONE, passed > 0 && within.length > 0 && !across.length, words);
  };
  const all = { [DAL_ALONE]: policiesOff, [POLICIES_ALONE]: predicatesOff, [PLACEMENT_ALONE]: bothOff };
  return Object.entries(all).flatMap(([name, ask]) => (matches(name, 'layer') ? [ask] : []));
}

function summary([first], passed) {
  return first ? `${first.subject}: ${first.detail}: ${first.failure}` : `${passed} checks passed`;
}

/** Runs a process with a mutation to its end. @param tell hears each line of its output as it comes */
function run(parameters, mutation, tell) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, {
      env: { ...process.env, BULKHEAD_MUTATION: JSON.stringify(mutation) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const parts = [];
    child.stdout.on('data', (part) => parts.push(part));
    if (tell) createInterface({ input: child.stdout }).on('line', tell);
    child.stderr.on('data', (part) => parts.push(part));
    const timer = setTimeout(() => child.kill('SIGKILL'), tell ? 2 ** 31 - 1 : TEST_SECONDS * 1_000);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: Buffer.concat(parts).toString() });
    });
  });
}

async function inParallel(items, work) {
  const queue = [...items];
  const workers = Array.from({ length: PROCESSES }, async () => {
    for (let item = queue.shift(); item; item = queue.shift()) await work(item);
  });
  await Promise.all(workers);
}
