import { existsSync, readdirSync, readFileSync } from 'node:fs';

// Tests are compiled to CommonJS, and with them the packages that are ESM only: Jest's own ESM mode cannot load what Nest
// requires from CommonJS plugins.
const esmPackages = [...new Set(packagesIn('node_modules'))];

/** Names of the ESM packages of a folder, and of those that packages there bring for themselves. */
function packagesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(`${folder}/${name}`).map((part) => `${name}/${part}`) : [name],
    )
    .flatMap((name) => {
      const manifest = `${folder}/${name}/package.json`;
      const isEsm = existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
      return [...(isEsm ? [name] : []), ...packagesIn(`${folder}/${name}/node_modules`)];
    });
}

const swc = {
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

// A run that asks whether a mutation is noticed compiles the mutated text.
const COMPILER = process.env.BULKHEAD_MUTATION ? '<rootDir>/libs/testing/mutation-transform.cjs' : '@swc/jest';

const ring = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: [],
  moduleNameMapper: {
    '^#libs/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '\\.ts$': [COMPILER, { ...swc, jsc: { ...swc.jsc, parser: { syntax: 'typescript', decorators: true } } }],
    'node_modules/.*\\.m?js$': ['@swc/jest', { ...swc, jsc: { target: 'es2023' } }],
  },
  transformIgnorePatterns: [`node_modules/(?!(${esmPackages.join('|')})/)`],
  ...more,
});

const database = {
  globalSetup: '<rootDir>/libs/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/global-teardown.mjs',
};

// They start the product as processes of its own, and need no idle machine.
const PROCESSES = ['command-line', 'start'];
// They measure time: not beside others.
const ALONE = ['contention', 'cost', 'lost-answers', 'sessions', 'storm', 'throttling'];
const filesOf = (names) => names.map((name) => `<rootDir>/test/${name}.e2e-spec.ts`);

export default {
  testTimeout: 30_000,
  projects: [
    ring('unit', ['<rootDir>/{libs,apps}/**/*.spec.ts']),
    ring('integration', ['<rootDir>/{libs,apps}/**/*.int-spec.ts'], database),
    // needs a program that npm does not bring: npm run check:pgbouncer
    ring('pgbouncer', ['<rootDir>/test/pgbouncer/*.int-spec.ts'], database),
    // needs a browser: npm run check:chromium
    ring('chromium', ['<rootDir>/test/chromium/*.int-spec.ts'], database),
    ring('system', ['<rootDir>/test/**/*.e2e-spec.ts'], {
      ...database,
      testPathIgnorePatterns: [...PROCESSES, ...ALONE].map((name) => `/test/${name}\\.e2e-spec\\.ts$`),
    }),
    ring('processes', filesOf(PROCESSES), database),
    ring('alone', filesOf(ALONE), database),
  ],
};
