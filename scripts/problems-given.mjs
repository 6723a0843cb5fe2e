// Compares the problems that operations answered with in a run of the tests with those that docs/openapi.json declares: none undeclared, and
// none declared that nothing in the tests leads to. The run kept them in the folder BULKHEAD_GIVEN_PROBLEMS, a line each.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsDeclaredIn } from '#libs/testing';

const folder = process.env.BULKHEAD_GIVEN_PROBLEMS ?? '';
const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
const idOf = new Map(
  Object.entries(document.paths).flatMap(([path, item]) =>
    // the same handler answers at both paths of an alias
    Object.entries(item).map(([method, { operationId }]) => [
      `${method.toUpperCase()} ${path}`,
      operationId.replace(/^entered\./, ''),
    ]),
  ),
);
const line = ({ operation, code }) => `${idOf.get(operation)} ${code}`;
const declared = new Set(problemsDeclaredIn(document).map(line));
const given = new Set(
  readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((text) => /^(?<operation>\S+ \S+) (?<code>\S+)$/.exec(text)?.groups)
    // operations of modules that tests add are in no document of the product
    .filter((problem) => problem && idOf.has(problem.operation))
    .map(line),
);
const undeclared = [...given].filter((problem) => !declared.has(problem)).sort();
const unseen = [...declared].filter((problem) => !given.has(problem)).sort();
for (const problem of undeclared)
  console.error(`answered and not declared: ${problem}. Add it to "refuses" of its @Endpoint.`);
for (const problem of unseen)
  console.error(`declared, and no test leads to it: ${problem}. Add one, or take it out of "refuses".`);
console.log(`${declared.size} problems of operations declared, ${given.size} answered`);
process.exit(undeclared.length + unseen.length ? 1 : 0);
