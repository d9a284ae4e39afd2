import { ageText } from './age.ts';

it.each([
  [-5_000, '0s'],
  [59_999, '59s'],
  [60_000, '1m00s'],
  [3_599_000, '59m59s'],
  [2 * 3_600_000 + 600_000, '2h10m'],
  [5 * 86_400_000 + 3 * 3_600_000, '5d03h'],
])('%d ms are %s', (ms, text) => {
  expect(ageText(ms)).toBe(text);
});
