import { redact } from './redact.ts';

it.each([
  ['write to ada.l+x@mail.example.org now', 'write to [email] now'],
  ['card 4111-1111-1111-1111.', 'card [card].'],
  ['IBAN GB82WEST12345698765432', 'IBAN [iban]'],
  ['call +49 (30) 1234 5678', 'call [phone]'],
  ['call 555-123-4567 today', 'call [phone] today'],
  ['call +491234567890', 'call [phone]'],
  ['on 2026-11-23 at 10:30', 'on 2026-11-23 at 10:30'],
  ['customer 12345678, order 12345678', 'customer [number], order 12345678'],
  ['I waited 25 minutes in 2026 for 1,50 EUR', 'I waited 25 minutes in 2026 for 1,50 EUR'],
])('%j', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

it('goes into lists and objects, and leaves numbers and names alone', () => {
  expect(redact({ a: ['x@y.zz', 123456789, null], 'k@k.kk': true })).toEqual({
    a: ['[email]', 123456789, null],
    'k@k.kk': true,
  });
});
