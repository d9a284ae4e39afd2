import fc from 'fast-check';
import { createQuotes } from './quotes.ts';

/** So many characters in a row are no accident. */
const shortest = 20;

/** What the rule says, word for word: whatever stands in both for so long is struck. */
function struckByRule(said: string, source: string): string {
  const struck = Array.from(said, () => false);
  for (let at = 0; at + shortest <= said.length; at += 1)
    if (source.includes(said.slice(at, at + shortest))) struck.fill(true, at, at + shortest);
  return Array.from(said, (character, at) => {
    if (struck[at] !== true) return character;
    return struck[at - 1] === true ? '' : '[quoted]';
  }).join('');
}

it('strikes what stands in a source as well for twenty characters, wherever it begins, and nothing else', () => {
  // Few letters, so that much stands in both, and no digit: what has one is a word that tells.
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '漢'), maxLength: 40 });
  const both = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '漢'), minLength: 15, maxLength: 30 });
  fc.assert(
    fc.property(fc.tuple(text, text, text, text), both, ([a, b, c, d], shared) => {
      const [said, source] = [`${a}${shared}${b}`, `${c}${shared}${d}`];
      expect(createQuotes([said], [source]).strike(said)).toBe(struckByRule(said, source));
    }),
    { numRuns: 1_000 },
  );
});
