import { endOfCard, firstGroup } from './card-number.ts';
import { forEachRun, isDigit, twoDigits, type NumberRun } from './number-runs.ts';
import { isOfCode, isOfId, isOfIdBehind } from './number-places.ts';
import { fewestDigits, isPhone } from './phone-number.ts';
import { Struck } from './struck.ts';
import { unitsOf } from './text-units.ts';

const [plus, opening, closing] = [0x2b, 0x28, 0x29];

/** Digits of a number that stands by itself and may be an account's or a customer's. */
const longNumber = 8;

/** Replaces card and telephone numbers, and long numbers that stand by themselves. */
export function redactNumbers(text: string, units = unitsOf(text)): string {
  const struck = new Struck(text, units);
  // Telephone numbers are the shortest.
  forEachRun(units, text.length, fewestDigits, (run) => {
    redactRun(text, units, run, struck);
  });
  return struck.end();
}

function redactRun(text: string, units: Uint16Array, run: NumberRun, struck: Struck): void {
  const { bounds, count } = run;
  const whole = isByItself(units, run);
  let partBegins = 0;
  for (let group = 0; group < count;) {
    const start = bounds[2 * group] ?? 0;
    // Too short to be a number, or to begin a card's; in the middle of a part no telephone number begins.
    if (group !== partBegins && (bounds[2 * group + 1] ?? 0) - start < firstGroup) {
      group += 1;
      continue;
    }
    const cardEnd = endOfCard(units, run, group);
    if (cardEnd !== undefined) {
      struck.strike(start, bounds[2 * cardEnd - 1] ?? start, 'card');
      group = cardEnd;
      partBegins = cardEnd;
      continue;
    }
    if (whole && group === partBegins) {
      const last = lastOfPart(run, group);
      partBegins = last + 1;
      if (isPhone(units, { text, bounds, first: group, last })) {
        const end = bounds[2 * last + 1] ?? start;
        struck.strike(beforeSigns(units, start, end), end, 'phone');
        group = partBegins;
        continue;
      }
    }
    if (whole) strikeLong(units, run, group, struck);
    group += 1;
  }
}

/** A run that is longer than any number holds several, with more between them than within. */
function lastOfPart({ bounds, count }: NumberRun, first: number): number {
  if (first === 0 && count <= 8) return count - 1;
  let last = first;
  while (last + 1 < count && (bounds[2 * last + 2] ?? 0) - (bounds[2 * last + 1] ?? 0) < 2) last += 1;
  return last;
}

/** With the plus that belongs to it, and with a parenthesis that is closed within. */
function beforeSigns(units: Uint16Array, start: number, end: number): number {
  let from = (units[start - 1] ?? 0) === plus ? start - 1 : start;
  if ((units[from - 1] ?? 0) === opening && closesMore(units, start, end)) from -= 1;
  return (units[from - 1] ?? 0) === plus ? from - 1 : from;
}

/** Are more parentheses closed than opened? */
function closesMore(units: Uint16Array, start: number, end: number): boolean {
  let open = 0;
  for (let at = start; at < end; at += 1) {
    const code = units[at] ?? 0;
    if (code === opening) open += 1;
    else if (code === closing) open -= 1;
  }
  return open < 0;
}

function strikeLong(units: Uint16Array, { bounds }: NumberRun, group: number, struck: Struck): void {
  const [from, to] = [bounds[2 * group] ?? 0, bounds[2 * group + 1] ?? 0];
  if (to - from < longNumber || isTime(units, from, to)) return;
  const standsAlone = !isJoined(units, from - 1, -1) && !isJoined(units, to, 1);
  if (standsAlone && !isOfCode(units, from, to)) struck.strike(from, to, 'number');
}

/** Does a dot, a comma, a hyphen or a slash tie it to another digit? */
function isJoined(units: Uint16Array, at: number, step: number): boolean {
  return isOf(joining, units[at] ?? 0) && isDigit(units[at + step] ?? 0);
}

/** By a character of ASCII whether it is one of these. */
type CharacterSet = Uint8Array;

function setOf(of: RegExp): CharacterSet {
  return Uint8Array.from({ length: 128 }, (_, code) => Number(of.test(String.fromCharCode(code))));
}

function isOf(set: CharacterSet, code: number): boolean {
  return code < set.length && set[code] === 1;
}

const joining = setOf(/[.,/-]/);
/** Before which, and behind which, a name, path, hash, address or sum goes on. */
const goesOnBefore = setOf(/[0-9A-Za-z_./#@$&-]/);
const goesOnBehind = setOf(/[0-9A-Za-z_]/);

const letter = /\p{L}/u;
const letterOrSign = /[\p{L}€£¥₹₽₺₩]/u;

/** No name, path, hash, address or sum goes on before or behind it. */
function isByItself(units: Uint16Array, { bounds, count }: NumberRun): boolean {
  const [from, to] = [bounds[0] ?? 0, bounds[2 * count - 1] ?? 0];
  const begins = !goesOn(units, from - 1, goesOnBefore, letterOrSign) && !isOfId(units, from);
  return begins && !goesOn(units, to, goesOnBehind, letter) && !isOfIdBehind(units, to);
}

function goesOn(units: Uint16Array, at: number, ascii: CharacterSet, others: RegExp): boolean {
  const code = units[at] ?? 0;
  return code < 128 ? isOf(ascii, code) : code >= 128 && others.test(String.fromCharCode(code));
}

/** Of this century's clocks since 1970, or a day as `20261123`. */
function isTime(units: Uint16Array, from: number, to: number): boolean {
  const length = to - from;
  const begins = twoDigits(units, from);
  // Seconds, and thousandths, millionths and billionths of them.
  if (length === 10 || length === 13 || length === 16 || length === 19) return begins >= 15 && begins <= 19;
  if ((length !== 8 && length !== 14) || (begins !== 19 && begins !== 20)) return false;
  const [month, day] = [twoDigits(units, from + 4), twoDigits(units, from + 6)];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
