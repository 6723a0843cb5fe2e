// Checks docs/openapi.json with the recommended rules of Spectral and Redocly; any finding fails.
import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import core from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

const source = readFileSync('docs/openapi.json', 'utf8');

const spectral = new core.Spectral();
spectral.setRuleset({ extends: [[rulesets.oas, 'recommended']] });
const found = (await spectral.run(source)).map(
  ({ code, path, message }) => `spectral ${code} at ${path.join('.')}: ${message}`,
);

const config = await createConfig({ extends: ['recommended'] });
const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });
found.push(
  ...problems.map(({ ruleId, location, message }) => `redocly ${ruleId} at ${location[0]?.pointer}: ${message}`),
);

for (const line of found) console.error(line);
process.exit(found.length ? 1 : 0);
