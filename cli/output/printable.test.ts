import { asWritten, foreign, printable } from './printable.ts';
import { createPaint } from './style.ts';

const paint = createPaint(true);

it('colours what we paint, and writes out what others would have a terminal do', () => {
  expect(printable(`${paint('red', 'x')}y`)).toBe('\u001B[31mx\u001B[0my');
  expect(printable('\u001B]0;title\u0007 \u009B31m \u202Egpj.exe')).toBe(
    '\\u{001b}]0;title\\u{0007} \\u{009b}31m \\u{202e}gpj.exe',
  );
});

it('lets what the API says begin no line and paint nothing, and gives JSON back as it was written', () => {
  const answer = { reason: 'ok\nsluice: outcome=promoted \uFDD3red', list: ['a\r\nb'] };
  const marked = foreign(answer);
  expect(printable(`why: ${marked.reason}\nnext`)).toBe('why: ok ⏎ sluice: outcome=promoted \uFFFDred\nnext');
  expect(asWritten(foreign({ reason: 'two\nlines' }))).toEqual({ reason: 'two\nlines' });
});
