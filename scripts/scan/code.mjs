// Static analysis of the product's sources: eslint.config.mjs says by which rules.
import { execFileSync } from 'node:child_process';
import { relative } from 'node:path';
import { ESLint } from 'eslint';

/** @returns what was looked at, and the findings with the moment at which their line was committed last. */
export async function scanCode() {
  const results = await new ESLint().lintFiles(['libs', 'apps']);
  const findings = results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId, message }) => {
      const file = relative(process.cwd(), filePath);
      return { where: `${file}:${line}`, what: `${message} (${ruleId})`, since: committedAt(file, line) };
    }),
  );
  return { looked: `${results.length} sources`, findings };
}

/** When a line was committed last; now for one that is not committed. */
function committedAt(file, line) {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const blame = execFileSync('git', ['blame', '--porcelain', '-L', `${line},${line}`, '--', file], options);
    return new Date(Number(/^committer-time (\d+)$/m.exec(blame)?.[1]) * 1_000);
  } catch {
    return new Date();
  }
}
