import fc from 'fast-check';
import { redactIbans } from './redact-ibans.ts';

/** Two of the registry's countries, as an expression has them: with one space or hyphen before any but the first four. */
const german = /(?<![a-z0-9])de\d\d(?:[ -]?[a-z0-9]){18}(?![a-z0-9])/iy;
const norwegian = /(?<![a-z0-9])no\d\d(?:[ -]?[a-z0-9]){11}(?![a-z0-9])/iy;

function isRight(iban: string): boolean {
  const packed = iban.replaceAll(/[ -]/g, '').toUpperCase();
  const turned = packed.slice(4) + packed.slice(0, 4);
  const digits = turned.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

/** From each place on: one that has wrong check digits hides none that begins in it. */
function byExpressions(text: string): string {
  let redacted = '';
  for (let at = 0; at < text.length;) {
    const found = [german, norwegian].map((expression) => ibanAt(expression, text, at)).find(Boolean);
    redacted += found === undefined ? text.charAt(at) : '[iban]';
    at += found?.length ?? 1;
  }
  return redacted;
}

function ibanAt(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  const [iban] = expression.exec(text) ?? [];
  return iban !== undefined && isRight(iban) ? iban : undefined;
}

it('strikes what an expression finds that has the right check digits, and nothing else', () => {
  const piece = fc.constantFrom(
    ...['DE89 3704 0044 0532 0130 00', 'DE89370400440532013000', 'de89-3704-0044-0532-0130-00'],
    ...['DE88 3704 0044 0532 0130 00', 'NO93 8601 1117 947', 'NO9386011117947', 'NO9286011117947'],
    ...[' ', '  ', '-', 'x', '0', 'é', '.', 'DE89', 'DE89 ', 'NO', '93 ', 'de'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      expect(redactIbans(text)).toBe(byExpressions(text));
    }),
    { numRuns: 2_000 },
  );
});
