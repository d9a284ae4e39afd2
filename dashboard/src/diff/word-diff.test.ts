import fc from 'fast-check';
import { changedLines, withoutTheMiddle, wordDiff } from './word-diff.ts';

it('shows which words differ, and leaves the others together', () => {
  expect(wordDiff('Answer in one word.\nBe kind.\n', 'Answer in two short words.\nBe kind.\n')).toEqual([
    { kind: 'same', text: 'Answer in ' },
    { kind: 'removed', text: 'one' },
    { kind: 'added', text: 'two' },
    { kind: 'same', text: ' ' },
    { kind: 'removed', text: 'word' },
    { kind: 'added', text: 'short words' },
    { kind: 'same', text: '.\nBe kind.\n' },
  ]);
});

it('shows a file that is new or gone as a whole', () => {
  expect(wordDiff('', 'new')).toEqual([{ kind: 'added', text: 'new' }]);
  expect(wordDiff('gone', '')).toEqual([{ kind: 'removed', text: 'gone' }]);
  expect(wordDiff('', '')).toEqual([]);
});

it('comes to both texts again, whatever they are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '.'), maxLength: 60 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = wordDiff(before, after);
      const without = (kind: string) =>
        parts
          .filter((part) => part.kind !== kind)
          .map((part) => part.text)
          .join('');
      expect([without('added'), without('removed')]).toEqual([before, after]);
    }),
  );
});

it('compares long texts line by line, and gives up on what differs altogether', () => {
  const [before, after] = ['a', 'b'].map((name) =>
    Array.from({ length: 2_000 }, (_, i) => `${name} ${i}\n`).join(''),
  ) as [string, string];
  expect(wordDiff(before, after).map(({ kind }) => kind)).toEqual(['removed', 'added', 'same']);
  expect(wordDiff(before, `${before}more`)).toEqual([
    { kind: 'same', text: before },
    { kind: 'added', text: 'more' },
  ]);
});

it('counts the lines that differ', () => {
  expect(changedLines('a\nb\nc\n', 'a\nx\ny\nc\n')).toEqual({ added: 2, removed: 1 });
});

it('leaves out what is the same, but for some lines around what differs', () => {
  const lines = Array.from({ length: 9 }, (_, i) => `${i}\n`).join('');
  expect(withoutTheMiddle(lines, 'middle')).toBe('0\n1\n⋯ 5 lines\n7\n8\n');
  expect(withoutTheMiddle(lines, 'start')).toBe('⋯ 7 lines\n7\n8\n');
  expect(withoutTheMiddle(lines, 'end')).toBe('0\n1\n⋯ 7 lines\n');
  expect(withoutTheMiddle('a\nb\n', 'middle')).toBe('a\nb\n');
});
