import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { edited } from './mutation-edits.cjs';

const root = new URL('../../', import.meta.url);
let byUrl = new Map();

export function initialize({ edits }) {
  const files = [...new Set(edits.map(({ file }) => file))];
  byUrl = new Map(
    files.map((file) => [
      new URL(`dist/${file.replace(/\.ts$/, '.js')}`, root).href,
      { file, edits: edits.filter((edit) => edit.file === file) },
    ]),
  );
}

export async function load(url, context, next) {
  const mutated = byUrl.get(url.split('?')[0]);
  if (!mutated) return next(url, context);
  const text = readFileSync(fileURLToPath(new URL(mutated.file, root)), 'utf8');
  const { code } = transformSync(edited(text, mutated.edits), {
    filename: mutated.file,
    swcrc: true,
    cwd: fileURLToPath(root),
  });
  return { format: 'module', source: code, shortCircuit: true };
}
