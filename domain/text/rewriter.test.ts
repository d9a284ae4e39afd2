import fc from 'fast-check';
import { createRewriter } from './rewriter.ts';

const instead: Readonly<Record<string, string>> = {
  '\n': ' / ',
  '\r': ' / ',
  '\u0000': '\uFFFD',
  é: 'e',
  '\u{e0041}': '(a)',
  '\u{e0042}': '',
  '\ud83d': '(half)',
};
const rewriter = createRewriter((code) => instead[String.fromCodePoint(code)], {
  once: ' / ',
  joinsBreaks: true,
});

/** The same, character by character. */
function byCharacters(text: string): string {
  const joined = text.replaceAll(/[\n\r]+/g, ' / ');
  return joined.replaceAll(/\p{Any}/gu, (found) => instead[found] ?? found);
}

const piece = fc.constantFrom(
  ...['\n', '\r', '\r\n', '\u0000', 'é', '\u{e0041}', '\u{e0042}', '\ud83d', '\ude00', '😀'],
  ...['a', 'ab', '漢', 'x'.repeat(20_000), '\u0000'.repeat(20_000)],
);

it('writes what is to be written otherwise, and leaves all else, however long', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      expect(rewriter(text) === byCharacters(text)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('gives a text back of which nothing is to be written otherwise, and is not confused by one that is too long', () => {
  const grows = createRewriter((code) => (code === 0x61 ? 'x'.repeat(2 ** 14) : undefined));
  expect(grows('bcd')).toBe('bcd');
  expect(() => grows('a'.repeat(2 ** 16))).toThrow(RangeError);
  expect(grows('bab')).toBe(`b${'x'.repeat(2 ** 14)}b`);
});
