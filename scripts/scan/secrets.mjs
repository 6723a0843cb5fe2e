// Looks for secrets with secretlint: in every file of the work tree that git knows or would add, and in every version of every file that
// a branch or a tag leads to.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

const CONFIG = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] };
const MOST_BYTES = 2_000_000;
// by SHA-256 of what was found: made up for tests, and a secret of nobody
const MADE_UP = JSON.parse(readFileSync(new URL('./made-up-secrets.json', import.meta.url), 'utf8'));

/** @returns what was looked at, and the findings with the moment of the commit that brought them; now for what is not committed. */
export async function scanSecrets() {
  const tree = filesOfTree();
  const versions = versionsInHistory();
  const findings = [];
  for (const name of tree)
    for (const what of await secretsIn(name, readFileSync(name)))
      findings.push({ where: `${name}:${what.line}`, what: what.message, since: new Date() });
  for (const { blob, name, content } of versions)
    for (const what of await secretsIn(name, content)) {
      const { commit, at } = broughtBy(blob);
      findings.push({ where: `${name}:${what.line} in commit ${commit}`, what: what.message, since: at });
    }
  return { looked: `${tree.length} files and ${versions.length} versions in the history`, findings };
}

function filesOfTree() {
  return git('ls-files', '-z', '--cached', '--others', '--exclude-standard')
    .toString()
    .split('\0')
    .filter((name) => name && existsSync(name) && lstatSync(name).isFile());
}

/** Every version of a file once, however many commits have it. */
function versionsInHistory() {
  const names = new Map();
  for (const line of git('rev-list', '--objects', '--all').toString().split('\n')) {
    const [object, ...name] = line.split(' ');
    if (name.length) names.set(object, name.join(' '));
  }
  const { stdout } = spawnSync('git', ['cat-file', '--batch'], {
    input: [...names.keys()].join('\n'),
    maxBuffer: 2 ** 31,
  });
  const versions = [];
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(10, at);
    const [blob, type, size] = stdout.toString('utf8', at, end).split(' ');
    const content = stdout.subarray(end + 1, end + 1 + Number(size));
    if (type === 'blob') versions.push({ blob, name: names.get(blob), content });
    at = end + 2 + Number(size);
  }
  return versions;
}

async function secretsIn(filePath, content) {
  if (content.length > MOST_BYTES || content.includes(0)) return [];
  const text = content.toString();
  const source = { filePath, content: text, contentType: 'text' };
  const { messages } = await lintSource({ source, options: { config: CONFIG, maskSecrets: true } });
  return messages.flatMap(({ message, loc, range }) => {
    const digest = createHash('sha256')
      .update(text.slice(...range))
      .digest('hex');
    return digest in MADE_UP ? [] : [{ message: `${message} (SHA-256 ${digest})`, line: loc.start.line }];
  });
}

function broughtBy(blob) {
  const [commit = '', seconds = 0] = git('log', '--all', '--reverse', '--format=%h %ct', `--find-object=${blob}`)
    .toString()
    .split('\n')[0]
    .split(' ');
  return { commit, at: new Date(Number(seconds) * 1_000) };
}

function git(...parameters) {
  return execFileSync('git', parameters, { maxBuffer: 2 ** 30 });
}
