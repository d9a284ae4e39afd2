import fc from 'fast-check';
import { SluiceError } from '../errors.ts';
import { redactKeys } from './redact-keys.ts';
import { shortened, shortenedAtWord } from './shortened.ts';

it('keeps what is short, and the beginning of what is long, in whole characters', () => {
  expect(shortened('abc', 3)).toBe('abc');
  expect(shortened('abcdef', 3)).toBe('abc… (3 more characters)');
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.integer({ min: 1, max: 20 }),
      (text, length) => {
        const short = shortened(text, length);
        expect(short.isWellFormed()).toBe(text.isWellFormed());
        expect(short.length).toBeLessThanOrEqual(Math.max(text.length, length + 40));
        expect(text.length > length || short === text).toBe(true);
      },
    ),
  );
});

it('cuts no word in half, so that what is struck of the whole is struck of its beginning', () => {
  const key = `sk-proj-${'aB3'.repeat(12)}`;
  const text = `Your key ${key} and Bearer ${'aB3.'.repeat(8)}x are wrong.`;
  for (let length = 0; length <= text.length; length += 1) {
    const shown = redactKeys(shortenedAtWord(text, length));
    expect(shown).not.toMatch(/aB3|sk-/);
  }
  expect(shortenedAtWord(text, 8)).toBe(`Your key… (${text.length - 8} more characters)`);
  expect(shortenedAtWord(text, 10)).toBe(`Your key … (${text.length - 9} more characters)`);
});

it('bounds what an error quotes', () => {
  const error = new SluiceError('invalid_request', 'k'.repeat(2_000_000), { remedy: 'r'.repeat(2_000_000) });
  expect(error.message.length + (error.remedy ?? '').length).toBeLessThan(20_000);
});
