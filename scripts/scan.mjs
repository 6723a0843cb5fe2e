// Static analysis, secrets, and known vulnerabilities of dependencies (noted in docs/findings.json): `npm run scan`, or with names (code,
// secrets, dependencies) only those. Each finding is shown with its age; more than 48 hours is overdue. The last line is
// `N passed, N failed`, by scan; one finding is a failure.
const SCANS = {
  code: async () => (await import('./scan/code.mjs')).scanCode(),
  secrets: async () => (await import('./scan/secrets.mjs')).scanSecrets(),
  dependencies: async () => (await import('./scan/dependencies.mjs')).scanDependencies(),
};
const HOUR_MS = 3_600_000;
const OVERDUE_HOURS = 48;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in SCANS));
if (unknown.length) {
  console.error(
    `There is no scan ${unknown.join(', ')}. Give some of ${Object.keys(SCANS).join(', ')}, or nothing for all.`,
  );
  process.exit(2);
}
let [passed, failed, skipped] = [0, 0, 0];
for (const [name, scan] of Object.entries(SCANS)) {
  if (wanted.length && !wanted.includes(name)) continue;
  const { looked, findings } = await scan();
  if (!looked) {
    skipped += 1;
    console.log(`- ${name}: skipped: the registry has no audit service. Run this with one that has.`);
    continue;
  }
  console.log(`${findings.length ? '✗' : '✓'} ${name}: ${findings.length} findings in ${looked}`);
  for (const { where, what, since } of findings) console.log(`  ${where}: ${what}; ${ageOf(since)}`);
  if (findings.length) failed += 1;
  else passed += 1;
}
if (skipped) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

function ageOf(since) {
  const hours = Math.max(0, Math.floor((Date.now() - since.getTime()) / HOUR_MS));
  const age = hours < OVERDUE_HOURS ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
  return `${age} old${hours > OVERDUE_HOURS ? ', overdue' : ''}`;
}
