import fc from 'fast-check';
import { createWordSet } from './word-set.ts';

it('finds the words that an expression finds', () => {
  const piece = fc.constantFrom(
    ' ',
    'é',
    '-',
    'a',
    '1',
    'abcdefgh',
    'order-12',
    'x'.repeat(56),
    'y'.repeat(64),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, text, (spoken, source) => {
      const words: readonly string[] = spoken.match(/[\w-]{8,64}/g) ?? [];
      const found = (source.match(/[\w-]{8,64}/g) ?? []).filter((word) => words.includes(word));
      expect([...createWordSet(words).foundIn(source)]).toEqual([...new Set(found)]);
    }),
    { numRuns: 1_000 },
  );
});
