import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { edited } from './mutation-edits.cjs';

const ROOT = new URL('../../', import.meta.url);
const DIST = new URL('dist/', ROOT).href;
const MUTATION = /\?mutation=(\d+)$/;
let mutations = [];

export function initialize({ file }) {
  mutations = JSON.parse(readFileSync(file, 'utf8'));
}

/** Each mutation has modules of the product of its own; packages are shared. */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const [query] = MUTATION.exec(context.parentURL ?? '') ?? [];
  return query && found.url.startsWith(DIST) && !MUTATION.test(found.url)
    ? { ...found, url: `${found.url}${query}` }
    : found;
}

export async function load(url, context, next) {
  const [query, index] = MUTATION.exec(url) ?? [];
  if (!query) return next(url, context);
  const file = `${url.slice(DIST.length, -query.length).replace(/\.js$/, '')}.ts`;
  const edits = mutations[index].filter((edit) => edit.file === file);
  if (!edits.length) return next(url, context);
  const text = readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8');
  const { code } = transformSync(edited(text, edits), { filename: file, swcrc: true, cwd: fileURLToPath(ROOT) });
  return { format: 'module', source: code, shortCircuit: true };
}
