import { duration, moment } from './ages.ts';
import { needText, unsaid } from './need-words.ts';

it.each([
  [-5, '0 s'],
  [4_200, '4 s'],
  [59_999, '59 s'],
  [60_000, '1 m'],
  [125_000, '2 m 5 s'],
  [12 * 60_000 + 30_000, '12 m'],
  [3 * 3_600_000 + 20 * 60_000, '3 h 20 m'],
  [26 * 3_600_000, '1 d 2 h'],
  [9 * 86_400_000 + 3_600_000, '9 d'],
])('says %i ms as %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it('says a moment in UTC, with its day where that is another one', () => {
  const nowMs = Date.parse('2026-11-23T14:20:31Z');
  expect(moment('2026-11-23T14:02:09.5Z', nowMs)).toBe('14:02:09');
  expect(moment('2026-11-22T23:59:09Z', nowMs)).toBe('11-22 23:59');
});

it('says what a release needs, and nothing twice', () => {
  const need = { what: 'tend', says: 'no worker waits', you: true } as const;
  expect(needText(need)).toBe('! needs looking after, by you');
  expect(unsaid(need, 'No worker waits: start one.')).toBeUndefined();
  expect(unsaid(need, 'b has 5 %.')).toBe('no worker waits');
});
