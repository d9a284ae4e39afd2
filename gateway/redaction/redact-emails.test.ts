import fc from 'fast-check';
import { redactEmails } from './redact-emails.ts';

it('finds what the expression finds that says what an address is', () => {
  // The last label that can be one begins with a letter: a version does not make an address of a package.
  const address = /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z][\w-]+/g;
  const piece = fc.constantFrom(
    '@',
    '.',
    '-',
    '+',
    '_',
    'a',
    'B',
    '7',
    ' ',
    'é',
    'ab.cd',
    'x@y.zz',
    '.cc',
    '<',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      expect(redactEmails(text)).toBe(text.replaceAll(address, '[email]'));
    }),
    { numRuns: 2_000 },
  );
});
