// How a promise is broken: one place in a source, SQL in every cell, or both.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The edit of a break as the compiler of a mutated run takes it; throws where its place is not there exactly once. */
export function editsOf({ file, find, instead }) {
  if (!file) return [];
  const text = readFileSync(file, 'utf8');
  const start = text.indexOf(find);
  if (start < 0 || text.indexOf(find, start + 1) >= 0)
    throw new Error(
      `docs/promises.json: "${find}" is not in ${file} exactly once. Say anew how the promise is broken.`,
    );
  return [{ file, start, end: start + find.length, text: instead }];
}

/** Names a break, so that a proof of another one does not count for it. */
export function breakHash(brokenBy) {
  return createHash('sha256').update(JSON.stringify(brokenBy)).digest('hex').slice(0, 16);
}
