import { differences } from '../src/faults/write-log.js';

const log = [
  { mark: 'one', id: 'a', sent: 1 },
  { mark: 'two', sent: 3 },
];
const row = (mark: string, id: string) => ({ mark, id });
const entry = (id: string) => ({ resource_id: id });

describe('C what a client knows of its writes and what is there', () => {
  test.each([
    ['all is there', [row('one', 'a')], [entry('a')], []],
    ['a write without an answer took effect', [row('one', 'a'), row('two', 'b')], [entry('a'), entry('b')], []],
    ['an acknowledged write is gone', [], [], ['an acknowledged write is lost: one']],
    [
      'a write took effect twice',
      [row('one', 'a'), row('two', 'b'), row('two', 'c')],
      [entry('a'), entry('b'), entry('c')],
      ['a write took effect 2 times: two'],
    ],
    ['a row has no entry', [row('one', 'a')], [], ['a row has 0 entries: a']],
    ['a row has two entries', [row('one', 'a')], [entry('a'), entry('a')], ['a row has 2 entries: a']],
    ['an entry has no row', [row('one', 'a')], [entry('a'), entry('z')], ['an entry has no row: z']],
    ['a row is nobody’s', [row('one', 'a'), row('x', 'x')], [entry('a'), entry('x')], ['a row that nobody wrote: x']],
  ])('%s', (_, rows, entries, expected) => {
    expect(differences(log, { rows, entries })).toEqual(expected);
  });
});
