import fc from 'fast-check';
import { redactEmails } from './redact-emails.ts';

it('finds what the expression finds that says what an address is', () => {
  const address = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
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
    'x@y.z',
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
