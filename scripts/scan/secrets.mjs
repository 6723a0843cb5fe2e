// Looks for secrets with secretlint: in every file of the work tree that git knows or would add, and in every version of every file that
// a branch or a tag leads to. Binary and long files are looked through as well, and no comment in a file keeps it from being looked at.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

const CONFIG = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] };
// long texts are looked through in pieces, which overlap by more than a secret is long
const PIECE = 1_000_000;
const OVERLAP = 10_000;
// by SHA-256 of what was found: made up for tests, and a secret of nobody
const MADE_UP = JSON.parse(readFileSync(new URL('./made-up-secrets.json', import.meta.url), 'utf8'));

/** @returns what was looked at, and the findings with the moment of the commit that brought them; now for what is not committed. */
export async function scanSecrets() {
  if (git('rev-parse', '--is-shallow-repository').toString().trim() === 'true')
    throw new Error('This clone has a part of the history only. Fetch the whole: git fetch --unshallow');
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
  const input = [...names.keys()].join('\n');
  const { stdout, status, error } = spawnSync('git', ['cat-file', '--batch'], { input, maxBuffer: 2 ** 31 });
  if (status !== 0) throw new Error('git cat-file could not show the history.', { cause: error });
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
  // without zeros, so that UTF-16 reads as ASCII; the directive is made one that secretlint does not know, of the same length
  const text = content.toString().replaceAll('\0', '').replaceAll('secretlint-disable', 'secretlint-enabled');
  const found = [];
  for (let from = 0; from === 0 || from < text.length - OVERLAP; from += PIECE - OVERLAP) {
    const linesBefore = text.slice(0, from).split('\n').length - 1;
    found.push(...(await secretsInPiece(filePath, text.slice(from, from + PIECE), linesBefore)));
  }
  return found;
}

async function secretsInPiece(filePath, text, linesBefore) {
  const source = { filePath, content: text, contentType: 'text' };
  const { messages } = await lintSource({ source, options: { config: CONFIG, maskSecrets: true } });
  return messages.flatMap(({ message, loc, range }) => {
    const digest = createHash('sha256')
      .update(text.slice(...range))
      .digest('hex');
    return digest in MADE_UP ? [] : [{ message: `${message} (SHA-256 ${digest})`, line: linesBefore + loc.start.line }];
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
