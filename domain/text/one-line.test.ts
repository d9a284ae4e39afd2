import fc from 'fast-check';
import { oneLine } from './one-line.ts';

it('makes one line of a text, and leaves nothing that a terminal would obey', () => {
  expect(oneLine('looks bad\n✔ promoted\r\u001b[2J\u202eevil\n')).toBe('looks bad ✔ promoted [2J evil');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(oneLine(text))),
  );
});

it('leaves an ordinary text as it is', () => {
  const text = 'antwortet auf Französisch – „ça va“ 日本語';
  expect(oneLine(text)).toBe(text);
});
