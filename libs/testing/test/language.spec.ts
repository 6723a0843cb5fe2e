import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ts from 'typescript';

// docs/language.md lists words that public text does not use.

const read = (name: string) => readFileSync(name, 'utf8');
const [, table = ''] = read('docs/language.md').split('## Words that are not used');
const words = [...table.matchAll(/^\| (?!not \|)(\w[^|]*) \|/gm)].map(([, word = '']) => word);

/** Returns the texts of a source: its string literals and templates, without comments and names. */
function textsOf(name: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, read(name), ts.ScriptTarget.ES2023, true));
  return found;
}

const sources = execFileSync('git', ['ls-files', 'apps/cli/src/*.ts', 'libs/*-mails*.ts'], { encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);

// docs/language.md has the list itself; the others are generated from sources, or not rewritten yet
const apart = /docs\/(language|performance|promises|schema|roles)\.md$|^docs\/adr\//;
const pages = execFileSync('git', ['ls-files', '*.md', '.env.example', 'docs/openapi.json'], { encoding: 'utf8' })
  .split('\n')
  .filter((name) => name && !apart.test(name));

test('the list of words is read', () => {
  expect(words.length).toBeGreaterThan(15);
  expect(sources.length).toBeGreaterThan(8);
  expect(pages).toContain('docs/errors.md');
});

test.each([
  ...pages.map((name) => [name, () => [read(name)]] as const),
  ...sources.map((name) => [name, () => textsOf(name)] as const),
])('%s uses the words of docs/language.md', (_, texts) => {
  const said = texts().join('\n').toLowerCase();
  expect(words.filter((word) => new RegExp(`\\b${word.toLowerCase()}\\b`).test(said))).toEqual([]);
});
