import { readFileSync } from 'node:fs';
import { ConfigurationError, parseEnvironment } from '#libs/context';

const SECRET = Buffer.alloc(32, 1).toString('base64');

function problemsOf(variables: Record<string, string>): readonly string[] {
  try {
    parseEnvironment(variables);
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
}

test('nothing at all means the embedded server, two cells and port 3000', () => {
  const environment = parseEnvironment({});
  expect(environment.server).toEqual({ kind: 'embedded', port: 0 });
  expect(environment.cells.map(({ name, region }) => [name, region])).toEqual([
    ['eu-west-1', 'eu-west-1'],
    ['us-east-1', 'us-east-1'],
  ]);
  expect(environment.http).toMatchObject({ host: '127.0.0.1', port: 3000 });
  expect(environment.demo.load).toBe(true);
});

test('everything that is wrong is told at once, with the mend', () => {
  const problems = problemsOf({
    PORT: '70000',
    CELLS: 'Mars',
    DATABASE_URL: 'mysql://x',
    DEMO_PASSWORD: 'short',
    DATABASE_POOLER: 'sometimes',
  });
  expect(problems).toHaveLength(6);
  for (const word of ['PORT', 'CELLS', 'CELL_MARS_REGION', 'DATABASE_URL', 'DEMO_PASSWORD', 'DATABASE_POOLER']) {
    expect(problems.join('\n')).toContain(word);
  }
});

test.each([
  [{ DATABASE_URL: 'postgresql://me:x@h/db' }, 'SECRET_KEY is missing'],
  [{ DATABASE_URL: 'postgresql://me:x@h/db', SECRET_KEY: 'c2hvcnQ=' }, 'SECRET_KEY is shorter than 32 bytes'],
  [
    { DATABASE_URL: 'postgresql://me:x@h/db', DIRECTORY_URL_APP: 'postgresql://me:x@h/db', SECRET_KEY: SECRET },
    'both set',
  ],
  [{ DIRECTORY_URL_APP: 'postgresql://me:x@h/db', SECRET_KEY: SECRET }, 'CELL_EU_WEST_1_URL_APP is missing'],
  [{ TOKEN_KEYS: 'a b:xyz' }, 'is no key id'],
  [{ CELLS: 'eu-west-1,eu-west-1' }, 'names a cell twice'],
])('%j is refused', (variables, words) => {
  expect(problemsOf(variables as Record<string, string>).join('\n')).toContain(words);
});

test('behind a transaction pooler statements are not named, unless one says so', () => {
  expect(parseEnvironment({ DATABASE_POOLER: 'transaction' }).pool).toMatchObject({
    transactionPooler: true,
    nameStatements: false,
  });
  expect(
    parseEnvironment({ DATABASE_POOLER: 'transaction', DATABASE_NAMED_STATEMENTS: 'on' }).pool.nameStatements,
  ).toBe(true);
});

test('.env.example documents exactly the variables that are read', () => {
  const example = readFileSync('.env.example', 'utf8');
  const documented = new Set([...example.matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name));
  const source = readFileSync('libs/context/src/environment.ts', 'utf8');
  const read = new Set(
    [...source.matchAll(/(?:text|integer|oneOf|list|postgresUrl|webUrl)\('([A-Z_]+)'/g)].map(([, name]) => name),
  );
  for (const suffix of ['REGION', 'URL_APP', 'URL_OWNER', 'URL_WORKER', 'URL_RECORDER'])
    read.add(`CELL_EU_WEST_1_${suffix}`);
  expect([...documented].sort()).toEqual([...read].sort());
});
