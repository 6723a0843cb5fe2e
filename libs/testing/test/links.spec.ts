import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((name) => name && existsSync(name));

/** Returns the links of a page that lead to files of the project, from its root. */
function linksOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, link = '']) =>
    join(dirname(page), link),
  );
}

test('the links of the pages lead to files', () => {
  const links = pages.flatMap((page) => linksOf(page).map((link) => ({ page, link })));
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter(({ link }) => !existsSync(link))).toEqual([]);
});

test('every page of docs is linked from the README, or from a page that is', () => {
  const reached = new Set(['README.md']);
  for (const page of reached) if (page.endsWith('.md')) for (const link of linksOf(page)) reached.add(link);
  const guides = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page));
  expect(guides.length).toBeGreaterThan(12);
  expect(guides.filter((page) => !reached.has(page))).toEqual([]);
});
