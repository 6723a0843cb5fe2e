import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { edited } from './mutation-edits.cjs';

const ROOT = new URL('../../', import.meta.url);
const DIST = new URL('dist/', ROOT).href;
const MUTANT = /\?mutation=(\d+)$/;
let everywhere = [];
let mutants = [];

/** Takes the edits over from the thread that registers this loader: see mutation-hook.mjs. */
export function initialize({ edits, file }) {
  everywhere = edits;
  mutants = file ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

/** Gives each mutant modules of the product of its own; packages are shared. */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const [query] = MUTANT.exec(context.parentURL ?? '') ?? [];
  return query && found.url.startsWith(DIST) && !MUTANT.test(found.url)
    ? { ...found, url: `${found.url}${query}` }
    : found;
}

/** Compiles a module of the product that is to be edited from its edited source. */
export async function load(url, context, next) {
  if (!url.startsWith(DIST)) return next(url, context);
  const [query = '', index] = MUTANT.exec(url) ?? [];
  const file = `${url.slice(DIST.length, url.length - query.length).replace(/\.js$/, '')}.ts`;
  const edits = (query ? mutants[index] : everywhere).filter((edit) => edit.file === file);
  if (!edits.length) return next(url, context);
  const text = readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8');
  const { code } = transformSync(edited(text, edits), { filename: file, swcrc: true, cwd: fileURLToPath(ROOT) });
  return { format: 'module', source: code, shortCircuit: true };
}
