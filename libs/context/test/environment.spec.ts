import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError, parseEnvironment } from '#libs/context';

const SECRET = createHash('sha256').update('a secret for tests').digest('base64');

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
  [{ DATABASE_URL: 'postgresql://localhost' }, 'SECRET_KEY is missing'],
  [{ DATABASE_URL: 'postgresql://localhost', SECRET_KEY: 'c2hvcnQ=' }, 'SECRET_KEY is shorter than 32 bytes'],
  [{ DATABASE_URL: 'postgresql://localhost', SECRET_KEY: 'a'.repeat(44) }, 'SECRET_KEY is not random'],
  [{ DATABASE_URL: 'postgresql://me:x@localhost', SECRET_KEY: SECRET }, 'DATABASE_URL is no address of a server'],
  [{ DATABASE_URL: 'postgresql://db.example', SECRET_KEY: SECRET }, 'leads over a network without TLS'],
  [{ PROVISION_URL: 'postgresql://postgres:x@localhost' }, 'PROVISION_URL is an administrator’s'],
  [{ CELL_EU_WEST_1_URL_APP: 'postgresql://me:x@localhost/db' }, 'DIRECTORY_URL_APP is missing'],
  [{ NODE_ENV: 'production' }, 'NODE_ENV is production and no server is named'],
  [
    { DATABASE_URL: 'postgresql://localhost', DIRECTORY_URL_APP: 'postgresql://me:x@localhost/db', SECRET_KEY: SECRET },
    'both set',
  ],
  [{ DIRECTORY_URL_APP: 'postgresql://me:x@localhost/db', SECRET_KEY: SECRET }, 'CELL_EU_WEST_1_URL_APP is missing'],
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
  const sources = ['environment', 'variables-reader'].map((name) =>
    readFileSync(`libs/context/src/${name}.ts`, 'utf8'),
  );
  const source = sources.join('\n');
  const read = new Set(
    [...source.matchAll(/(?:text|integer|oneOf|list|postgresUrl|serverUrl|webUrl)\('([A-Z_]+)'/g)].map(
      ([, name]) => name,
    ),
  );
  for (const suffix of ['REGION', 'URL_APP', 'URL_OWNER', 'URL_WORKER', 'URL_RECORDER'])
    read.add(`CELL_EU_WEST_1_${suffix}`);
  expect([...documented].sort()).toEqual([...read].sort());
});
