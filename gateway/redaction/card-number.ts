import { isOfThing } from './number-words.ts';
import { isDigit, type NumberRun } from './number-runs.ts';

const [shortest, longest] = [13, 19];
/** Issuers write the first group of four, or all in one. */
export const firstGroup = 4;

/**
 * The group behind the last one of the card's number that begins with this group: 13 to 19 digits, in groups with a space
 * or a hyphen between them or in none, with Luhn's check digit. Undefined where none begins.
 */
export function endOfCard(
  units: Uint16Array,
  { bounds, count }: NumberRun,
  group: number,
): number | undefined {
  const start = bounds[2 * group] ?? 0;
  const length = (bounds[2 * group + 1] ?? 0) - start;
  if (length < firstGroup || !isOfIssuer(units[start] ?? 0)) return undefined;
  if (length < shortest && group + 1 === count) return undefined;
  if (isFraction(units, start) || isOfName(units, start)) return undefined;
  let digits = 0;
  for (let k = group; k < count; k += 1) {
    const [from, to] = [bounds[2 * k] ?? 0, bounds[2 * k + 1] ?? 0];
    if (k > group && !isCardGap(units, bounds[2 * k - 1] ?? 0, from)) return undefined;
    digits += to - from;
    if (digits > longest) return undefined;
    if (k > group && !isOfCard(k - group, to - from, bounds, group)) return undefined;
    const ends = digits >= shortest && isLengthOf(units, start, digits) && !isClock(units, start, to, digits);
    if (ends && luhn(units, start, to) === 0) return goesOn(units, to) ? undefined : k + 1;
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
function isLengthOf(units: Uint16Array, start: number, digits: number): boolean {
  const first = units[start] ?? 0;
  if (digits === 13) return first === 0x34 && !isOfThing(units, start);
  if (digits === 14) return first === 0x33;
  if (digits === 15) return first === 0x33 || isAt(units, start, 2131);
  if (digits === 16) return true;
  return first >= 0x34 && (units[start - 1] ?? 0) !== 0x2d; // A negative number is none.
}

/** `call_2534569461968419` */
function isOfName(units: Uint16Array, at: number): boolean {
  return (units[at - 1] ?? 0) === 0x5f;
}

/** `6403719216475eda` */
function goesOn(units: Uint16Array, to: number): boolean {
  const code = units[to] ?? 0;
  return (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/** `0.5103907663901024` */
function isFraction(units: Uint16Array, at: number): boolean {
  const point = units[at - 1] ?? 0;
  return (point === 0x2e || point === 0x2c) && isDigit(units[at - 2] ?? 0);
}

function isOfIssuer(code: number): boolean {
  return code >= 0x32 && code <= 0x36;
}

function isCardGap(units: Uint16Array, from: number, to: number): boolean {
  return to - from === 1 && (units[from] === 0x20 || units[from] === 0x2d);
}

/** A day and a time as `20261123103000`. */
function isClock(units: Uint16Array, from: number, to: number, digits: number): boolean {
  return digits === 14 && to - from === 14 && isAt(units, from, 20);
}

function luhn(units: Uint16Array, from: number, to: number): number {
  let sum = 0;
  let doubles = false;
  for (let at = to - 1; at >= from; at -= 1) {
    const digit = (units[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) continue;
    const value = doubles ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    doubles = !doubles;
  }
  return sum % 10;
}

/** Do the digits of a number stand there? */
function isAt(units: Uint16Array, at: number, number: 20 | 2131): boolean {
  const last = number === 20 ? at + 1 : at + 3;
  for (let k = last, rest: number = number; k >= at; k -= 1, rest = Math.floor(rest / 10))
    if ((units[k] ?? 0) - 0x30 !== rest % 10) return false;
  return true;
}
