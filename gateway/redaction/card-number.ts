import type { NumberRun } from './number-runs.ts';

const [shortest, longest] = [13, 19];
/** Issuers write the first group of four, or all in one. */
export const firstGroup = 4;

/**
 * The group behind the last one of the card's number that begins with this group: 13 to 19 digits, in groups with a space
 * or a hyphen between them or in none, with Luhn's check digit. Undefined where none begins.
 */
export function endOfCard(text: string, { bounds, count }: NumberRun, group: number): number | undefined {
  const start = bounds[2 * group] ?? 0;
  if ((bounds[2 * group + 1] ?? 0) - start < firstGroup || !isOfIssuer(text.charCodeAt(start)))
    return undefined;
  let digits = 0;
  for (let k = group; k < count; k += 1) {
    const [from, to] = [bounds[2 * k] ?? 0, bounds[2 * k + 1] ?? 0];
    if (k > group && !isCardGap(text, bounds[2 * k - 1] ?? 0, from)) return undefined;
    digits += to - from;
    if (digits > longest) return undefined;
    if (digits >= shortest && !isClock(text, start, to, digits) && luhn(text, start, to) === 0) return k + 1;
  }
  return undefined;
}

function isOfIssuer(code: number): boolean {
  return code >= 0x32 && code <= 0x36;
}

function isCardGap(text: string, from: number, to: number): boolean {
  return to - from === 1 && (text[from] === ' ' || text[from] === '-');
}

/** A day and a time as `20261123103000`. */
function isClock(text: string, from: number, to: number, digits: number): boolean {
  return digits === 14 && to - from === 14 && text.startsWith('20', from);
}

function luhn(text: string, from: number, to: number): number {
  let sum = 0;
  let doubles = false;
  for (let at = to - 1; at >= from; at -= 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) continue;
    const value = doubles ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    doubles = !doubles;
  }
  return sum % 10;
}
