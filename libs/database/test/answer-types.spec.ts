import { momentText } from '../src/work/answer-types.js';

describe('a moment as PostgreSQL writes it becomes what Date.toISOString makes of it', () => {
  test.each([
    ['2026-11-22 06:26:25.959123+00', '2026-11-22T06:26:25.959Z'],
    ['2026-11-22 06:26:25.9+00', '2026-11-22T06:26:25.900Z'],
    ['2026-11-22 06:26:25+00', '2026-11-22T06:26:25.000Z'],
    ['2026-11-22 07:26:25.959+01', '2026-11-22T06:26:25.959Z'],
    ['2026-11-22 12:11:25.5+05:45', '2026-11-22T06:26:25.500Z'],
    ['0044-03-15 12:00:00+00 BC', '-000043-03-15T12:00:00.000Z'],
    ['infinity', null],
  ])('%s', (text, expected) => {
    expect(momentText(text)).toBe(expected);
  });
});
