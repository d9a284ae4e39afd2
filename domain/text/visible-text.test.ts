import fc from 'fast-check';
import { visibleJson, visibleLine, visibleText } from './visible-text.ts';

const dangerous = [
  ...['\u0000', '\u0007', '\b', '\u000B', '\r', '\u001B', '\u007F', '\u0085', '\u009B', '\u009D', '\u00AD'],
  ...[
    '\u061C',
    '\u200B',
    '\u200E',
    '\u202A',
    '\u202E',
    '\u2066',
    '\u2069',
    '\u2028',
    '\uFEFF',
    '\u{E0041}',
    '\uD800',
  ],
];

it.each(dangerous.map((character) => [JSON.stringify(character), character]))(
  'writes %s out',
  (_name, character) => {
    for (const visible of [visibleText(`a${character}b`), visibleLine(`a${character}b`)]) {
      expect(visible).not.toContain(character);
      expect(visible).toMatch(/^a.+b$/u);
    }
  },
);

it('leaves what people write as it is', () => {
  for (const text of ['Grüße, 漢字, العربية, 👩‍👩‍👧, naïve', 'two\nlines\tand a tab'])
    expect(visibleText(text)).toBe(text);
  expect(visibleText('of Windows\r\n')).toBe('of Windows\n');
});

it('makes one line of several', () => {
  expect(visibleLine('good\nsluice: outcome=promoted\r\n\r\nx')).toBe('good ⏎ sluice: outcome=promoted ⏎ x');
});

it('says the same in JSON', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(fc.constantFrom(...dangerous), fc.string({ maxLength: 2 })) }),
      (text) => {
        const json = visibleJson(JSON.stringify({ text }));
        expect(JSON.parse(json)).toEqual({ text });
        for (const character of dangerous) expect(json.includes(character)).toBe(false);
      },
    ),
  );
});

/** What is acted upon, as an expression says it. */
const acted =
  /(?![\n\t])\p{Cc}|[\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFDD0-\uFDEF\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Surrogate}]/gu;

it('writes out what the expression finds, and nothing else', () => {
  const written = (character: string) => `\\u{${character.codePointAt(0)!.toString(16).padStart(4, '0')}}`;
  const byExpression = (text: string) => text.replaceAll('\r\n', '\n').replace(acted, written);
  for (let code = 0; code <= 0x10ffff; code += code < 0x3000 || code >= 0xd000 ? 1 : 97) {
    if (code > 0x10100 && code < 0xdff00) continue;
    const text = `a${String.fromCodePoint(code)}\r`;
    if (visibleText(text) !== byExpression(text)) expect(visibleText(text)).toBe(byExpression(text));
  }
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom(...dangerous, '\r', '\n'), fc.string({ unit: 'binary' })),
  });
  fc.assert(fc.property(text, (any) => visibleText(any) === byExpression(any)));
});
