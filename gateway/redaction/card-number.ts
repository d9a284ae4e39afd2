import { isOfThing } from './number-words.ts';
import { isDigit, type NumberRun } from './number-runs.ts';

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
  if (isFraction(text, start) || isOfName(text, start)) return undefined;
  let digits = 0;
  for (let k = group; k < count; k += 1) {
    const [from, to] = [bounds[2 * k] ?? 0, bounds[2 * k + 1] ?? 0];
    if (k > group && !isCardGap(text, bounds[2 * k - 1] ?? 0, from)) return undefined;
    digits += to - from;
    if (digits > longest) return undefined;
    if (k > group && !isOfCard(k - group, to - from, bounds, group)) return undefined;
    const ends = digits >= shortest && isLengthOf(text, start, digits) && !isClock(text, start, to, digits);
    if (ends && luhn(text, start, to) === 0) return goesOn(text, to) ? undefined : k + 1;
  }
  return undefined;
}

/** As people write them: in one, 4-4-4-4 and what is left, 4-6-5 or 4-6-4, or 8-8. */
function isOfCard(place: number, length: number, bounds: NumberRun['bounds'], group: number): boolean {
  const first = (bounds[2 * group + 1] ?? 0) - (bounds[2 * group] ?? 0);
  if (first === 8) return place === 1 && length === 8;
  if (first !== 4) return false;
  const second = (bounds[2 * group + 3] ?? 0) - (bounds[2 * group + 2] ?? 0);
  if (second === 6) return place === 1 || (place === 2 && (length === 5 || length === 4));
  return place < 3 ? length === 4 : length <= 4;
}

/** By how many digits the issuers have that begin so: old ones of Visa, Diners Club, American Express, all others. */
function isLengthOf(text: string, start: number, digits: number): boolean {
  const first = text.charCodeAt(start);
  if (digits === 13) return first === 0x34 && !isOfThing(text, start);
  if (digits === 14) return first === 0x33;
  if (digits === 15) return first === 0x33 || text.startsWith('2131', start);
  if (digits === 16) return true;
  return first >= 0x34 && text.charCodeAt(start - 1) !== 0x2d; // A negative number is none.
}

/** `call_2534569461968419` */
function isOfName(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 0x5f;
}

/** `6403719216475eda` */
function goesOn(text: string, to: number): boolean {
  const code = text.charCodeAt(to);
  return (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/** `0.5103907663901024` */
function isFraction(text: string, at: number): boolean {
  const point = text.charCodeAt(at - 1);
  return (point === 0x2e || point === 0x2c) && isDigit(text.charCodeAt(at - 2));
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
