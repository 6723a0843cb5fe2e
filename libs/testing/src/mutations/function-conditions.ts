import { scanSync } from 'libpg-query';

/** A condition in the body of a function: a part of an AND after WHERE or ON, or what follows IF. Offsets are in bytes. */
export interface BodyCondition {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly of: 'rows' | 'branch';
}

const ENDS: ReadonlySet<string> = new Set(
  'where,order,group,having,limit,offset,fetch,for,returning,left,right,full,inner,cross,join,union,then,into,using,loop,window,;'.split(
    ',',
  ),
);

/** Finds the conditions of a function, by the tokens of PostgreSQL's own scanner; also in texts that it executes. */
export function conditionsIn(definition: string, offset = 0): BodyCondition[] {
  const bytes = Buffer.from(definition);
  const tokens = scanSync(definition).tokens.filter(({ tokenName }) => !tokenName.endsWith('COMMENT'));
  const found: BodyCondition[] = [];
  for (const [index, { text, start }] of tokens.entries()) {
    const tag = /^\$\w*\$/.exec(text)?.[0];
    if (tag && text.endsWith(tag) && text.length > 2 * tag.length)
      found.push(...conditionsIn(text.slice(tag.length, -tag.length), offset + start + tag.length));
    const word = text.toLowerCase();
    const before = tokens[index - 1]?.text.toLowerCase();
    const next = tokens[index + 1]?.text.toLowerCase();
    const of = word === 'if' && before !== 'end' && next !== 'not' ? 'branch' : 'rows';
    if (of === 'branch' || word === 'where' || (word === 'on' && next !== 'conflict'))
      for (const [from, to] of partsFrom(tokens, index + 1, of))
        found.push({ start: offset + from, end: offset + to, text: bytes.subarray(from, to).toString(), of });
  }
  return found;
}

type Token = ReturnType<typeof scanSync>['tokens'][number];

/** The parts of the AND that begins at a token: start and end of each. */
function partsFrom(tokens: readonly Token[], first: number, of: BodyCondition['of']): [number, number][] {
  const parts: [number, number][] = [];
  let depth = 0;
  let between = false;
  let from = first;
  let at = first;
  const close = () => {
    const [one, last] = [tokens[from], tokens[at - 1]];
    if (one && last && at > from) parts.push([one.start, last.end]);
  };
  for (; at < tokens.length; at += 1) {
    const word = tokens[at]?.text.toLowerCase() ?? '';
    if (word === '(' || word === 'case') depth += 1;
    else if (word === ')' || (word === 'end' && depth > 0)) depth -= 1;
    if (depth < 0 || (depth === 0 && ENDS.has(word))) break;
    if (depth > 0) continue;
    if (word === 'between') between = true;
    else if (word === 'and' && between) between = false;
    else if (word === 'and' && of === 'rows') {
      close();
      from = at + 1;
    }
  }
  close();
  return parts;
}
