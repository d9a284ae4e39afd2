import fc from 'fast-check';
import { wordDiff, wordDiffLines } from './word-diff.ts';

it('shows what became of a text, word by word', () => {
  expect(wordDiff('Answer only with the label.', 'Be sure to answer with the label.')).toEqual([
    { kind: 'removed', text: 'Answer' },
    { kind: 'added', text: 'Be' },
    { kind: 'same', text: ' ' },
    { kind: 'removed', text: 'only' },
    { kind: 'added', text: 'sure to answer' },
    { kind: 'same', text: ' with the label.' },
  ]);
});

it('shows changed lines, each with one around it', () => {
  const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight';
  const after = 'one\n2\nthree\nfour\nfive\nsix\nseven\nnine\neight';
  expect(wordDiffLines(before, after)).toEqual([
    'one',
    '[-two-]{+2+}',
    'three',
    '…',
    'seven',
    '{+nine+}',
    'eight',
  ]);
  expect(wordDiffLines(before, before)).toEqual([]);
});

it('keeps both texts whole, whatever they are', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', ' ', '\n', 'label', '—', '👍'))
    .map((words) => words.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pieces = wordDiff(before, after);
      const of = (other: string): string =>
        pieces.flatMap(({ kind, text: part }) => (kind === other ? [] : [part])).join('');
      expect([of('added'), of('removed')]).toEqual([before, after]);
    }),
  );
});
