// Asks the registry (npm audit) for known vulnerabilities of the packages in package-lock.json. The registry does not say since when one is
// known, so the scan writes the time of the first sighting to docs/findings.json. Commit that file: in a clone without it, every finding is
// 0 hours old.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const SEEN = 'docs/findings.json';

/** @returns what was looked at, and the findings; `looked` is undefined where the registry answers no such questions. */
export function scanDependencies() {
  const { stdout, stderr } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8' });
  const answer = JSON.parse(stdout || '{}');
  if (!answer.vulnerabilities) {
    // "not found", "not allowed" and "not implemented" mean that there is no such service; everything else is an error
    if ([404, 405, 501].includes(answer.statusCode)) return { findings: [] };
    throw new Error(`npm audit failed: ${answer.message ?? answer.error?.summary ?? stderr}`);
  }
  const seen = existsSync(SEEN) ? JSON.parse(readFileSync(SEEN, 'utf8')) : {};
  const today = new Date().toISOString();
  const found = new Map();
  for (const { name, via } of Object.values(answer.vulnerabilities))
    for (const advisory of via)
      if (typeof advisory === 'object')
        found.set(`${name} ${advisory.url}`, `${advisory.title} (${advisory.severity})`);
  const known = Object.fromEntries([...found.keys()].sort().map((where) => [where, seen[where] ?? today]));
  if (JSON.stringify(known) !== JSON.stringify(seen)) writeFileSync(SEEN, `${JSON.stringify(known, null, 2)}\n`);
  const findings = [...found].map(([where, what]) => ({ where, what, since: new Date(known[where]) }));
  return { looked: `${answer.metadata?.dependencies?.total ?? 0} packages`, findings };
}
