// Arrows go down only. The order is written once, here; a lib may use what stands before it. A lib that is not in the order is a feature:
// it may use every lib of the order and no other feature, and none of the order may use it.
const { readdirSync } = require('node:fs');

const ORDER = [
  'context',
  'telemetry',
  'http',
  'database',
  'jobs',
  'mail',
  'idempotency',
  'entitlements',
  'audit',
  'roles',
  'access',
  'identity',
  'tenants',
  'workspaces',
  'content',
  'billing',
  'local-payments',
  'demo',
];

const features = readdirSync('libs').filter((lib) => ![...ORDER, 'testing'].includes(lib));

const featuresApart = features.map((lib) => ({
  name: `${lib}-is-a-feature`,
  comment: `libs/${lib} may use the libs of the order, and no other feature`,
  severity: 'error',
  from: { path: `^libs/${lib}/src` },
  to: { path: `^libs/(${[...features.filter((other) => other !== lib), 'testing'].join('|')})/` },
}));

const downOnly = ORDER.map((lib, index) => ({
  name: `${lib}-looks-down-only`,
  comment: `libs/${lib} may use ${ORDER.slice(0, index).join(', ') || 'no other lib'}`,
  severity: 'error',
  from: { path: `^libs/${lib}/src` },
  to: { path: `^libs/(${[...ORDER.slice(index + 1), ...features, 'testing'].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...downOnly,
    ...featuresApart,
    {
      name: 'database-knows-no-http',
      comment: 'http stands beside the line: it uses context and telemetry alone, and database does not use it',
      severity: 'error',
      from: { path: '^libs/database/src' },
      to: { path: '^libs/http/' },
    },
    {
      name: 'one-door',
      comment: 'a lib is entered through its index',
      severity: 'error',
      from: { path: '^(libs|apps|test)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'only-database-opens-connections',
      comment: 'ISO-01: nothing else uses the driver',
      severity: 'error',
      from: { pathNot: '^(libs/database|libs/testing)/' },
      to: { path: 'node_modules/(pg|pg-pool|pg-protocol|pg-cursor)/' },
    },
    {
      name: 'no-typeorm-connections-outside-database',
      comment: 'entities are decorated anywhere; apps stay out of the ORM altogether',
      severity: 'error',
      from: { path: '^apps/' },
      to: { path: 'node_modules/typeorm/' },
    },
    { name: 'libs-know-no-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
