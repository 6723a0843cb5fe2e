// Takes each guard of isolation away, one at a time, and asks what notices: `npm run isolation:prove -- --mutate`.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isNoticed, mutateCatalogs, POLICIES_OFF, TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { sourceMutations, withoutDataAccessLayer } from '../dist/libs/testing/src/mutations/source-mutations.js';

const CHILD = ['--enable-source-maps', '--import', './libs/testing/mutation-hook.mjs', 'scripts/isolation-mutant.mjs'];
const SECONDS = 240;

/**
 * Runs every mutation whose name or family contains `text`; `tell` hears each verdict: `{ name, family, noticed, words }`.
 */
export async function mutate(text, tell) {
  const server = await TestServer.start();
  const matches = (name, family) => name.includes(text) || family.includes(text);
  try {
    const { handle } = server;
    if (matches('nothing', 'control')) await control(handle, tell);
    const world = await World.open(
      (environment, databases) => createApp(environment, databases, true),
      {},
      await server.copyDatabases(),
    );
    await mutateCatalogs(world, matches, (verdict) => tell(judged(verdict)));
    await world.close();
    const mutations = sourceMutations().filter(({ name, family }) => matches(name, family));
    await inParallel(mutations, async (mutation) => tell(judged({ ...mutation, by: await noticed(handle, mutation) })));
    await layers(handle, matches, tell);
  } finally {
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

/** The product as it is: nothing may be noticed, or the verdicts say nothing. */
async function control(handle, tell) {
  const { by = {} } = await proof({ handle, kinds: ['http', 'sql', 'row'], edits: [], whole: true });
  const words = Object.entries(by)[0]?.join(': ') ?? 'the product as it is passes';
  tell({ family: 'control', name: 'nothing taken away', noticed: !Object.keys(by).length, must: 'nothing', words });
}

async function noticed(handle, { edits, must }) {
  if (must.includes('test')) return failingTest(edits);
  const kinds = ['http', 'sql', 'row'].filter((kind) => must.includes(kind));
  const [{ file }] = edits;
  // operations on what the file speaks of come first
  const words = [
    ...new Set(readFileSync(file, 'utf8').match(/\b(documents|datasets|members|workspaces|audit|accounts?)\b/g) ?? []),
  ];
  const { by } = await proof({ handle, kinds, edits, words });
  return by;
}

/** What no proof sees has a test of its own: the ring runs with the mutation, and has to fail. */
async function failingTest(edits) {
  const { code, output } = await run(
    ['node_modules/jest/bin/jest.js', '--forceExit', '--selectProjects', 'system', '-t', 'API-02', '--', 'test/edge'],
    { edits },
  );
  const [, title] = /●.*› (.*)|● (.*)/.exec(output) ?? [];
  return code === 0 ? {} : { test: title ?? 'a test failed' };
}

/** Each layer alone denies everything; with both gone, placement still keeps cells apart, and cells alone. */
async function layers(handle, matches, tell) {
  const dal = withoutDataAccessLayer();
  const kinds = ['http'];
  const say = (name, noticed, words) => tell({ family: 'layer', name, noticed, must: 'http', words });
  if (matches('the data access layer alone denies', 'layer')) {
    const { failures = [], passed } = await proof({ handle, kinds, edits: [], cellSql: POLICIES_OFF, whole: true });
    say(
      'the data access layer alone denies (every policy open)',
      passed > 0 && !failures.length,
      summary(failures, passed),
    );
  }
  if (matches('the policies alone deny', 'layer')) {
    const { failures = [], passed } = await proof({ handle, kinds, edits: dal.edits, whole: true });
    say('the policies alone deny (no predicate anywhere)', passed > 0 && !failures.length, summary(failures, passed));
  }
  if (matches('placement denies across cells', 'layer')) {
    // of what a workspace holds: without both on members and sessions nobody could even come in
    const edits = dal.edits.filter(({ file }) => /libs\/content\/|reader\.service/.test(file));
    const { failures = [], passed } = await proof({ handle, kinds, edits, cellSql: POLICIES_OFF, whole: true });
    const foreign = failures.filter(({ attack, detail }) => attack === 'foreign id' && !detail.includes('unchanged'));
    const within = foreign.filter(({ detail }) => detail.includes('another account'));
    const across = foreign.filter(({ detail }) => detail.includes('another cell'));
    const words = `${within.length} attacks within the cell got through, ${across.length} across${across[0] ? `: ${across[0].subject} ${across[0].failure}` : ''}`;
    say(
      'placement denies across cells (no policy, no predicate)',
      passed > 0 && within.length > 0 && !across.length,
      words,
    );
  }
}

function summary([first], passed) {
  return first ? `${first.subject}: ${first.detail}: ${first.failure}` : `${passed} checks passed`;
}

async function proof(mutation) {
  const { output } = await run(CHILD, mutation);
  const line = output.split('\n').find((text) => text.startsWith('{'));
  return line
    ? JSON.parse(line)
    : { by: { boot: output.trim().split('\n').slice(-3).join(' ') || 'the process ended' } };
}

function run(parameters, mutation) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, {
      env: { ...process.env, BULKHEAD_MUTATION: JSON.stringify(mutation) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const parts = [];
    child.stdout.on('data', (part) => parts.push(part));
    child.stderr.on('data', (part) => parts.push(part));
    const timer = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1_000);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: Buffer.concat(parts).toString() });
    });
  });
}

async function inParallel(items, work) {
  const queue = [...items];
  const workers = Array.from({ length: Math.min(4, availableParallelism()) }, async () => {
    for (let item = queue.shift(); item; item = queue.shift()) await work(item);
  });
  await Promise.all(workers);
}
