import { endOfCard, firstGroup } from './card-number.ts';
import { forEachRun, isDigit, type NumberRun } from './number-runs.ts';
import { isOfCode, isOfId, isOfIdBehind } from './number-places.ts';
import { fewestDigits, isPhone } from './phone-number.ts';

const [plus, opening, closing, zero] = [0x2b, 0x28, 0x29, 0x30];

/** Digits of a number that stands by itself and may be an account's or a customer's. */
const longNumber = 8;

/** Replaces card and telephone numbers, and long numbers that stand by themselves. */
export function redactNumbers(text: string): string {
  let struck = '';
  let copied = 0;
  const strike = (from: number, to: number, mark: string): void => {
    struck += text.slice(copied, from) + mark;
    copied = to;
  };
  // Telephone numbers are the shortest.
  forEachRun(text, fewestDigits, (run) => {
    redactRun(text, run, strike);
  });
  return copied === 0 ? text : struck + text.slice(copied);
}

type Strike = (from: number, to: number, mark: string) => void;

function redactRun(text: string, run: NumberRun, strike: Strike): void {
  const { bounds, count } = run;
  const whole = isByItself(text, run);
  let partBegins = 0;
  for (let group = 0; group < count;) {
    const start = bounds[2 * group] ?? 0;
    // Too short to be a number, or to begin a card's; in the middle of a part no telephone number begins.
    if (group !== partBegins && (bounds[2 * group + 1] ?? 0) - start < firstGroup) {
      group += 1;
      continue;
    }
    const cardEnd = endOfCard(text, run, group);
    if (cardEnd !== undefined) {
      strike(start, bounds[2 * cardEnd - 1] ?? start, '[card]');
      group = cardEnd;
      partBegins = cardEnd;
      continue;
    }
    if (whole && group === partBegins) {
      const last = lastOfPart(run, group);
      partBegins = last + 1;
      if (isPhone(text, { bounds, first: group, last })) {
        const end = bounds[2 * last + 1] ?? start;
        strike(beforeSigns(text, start, end), end, '[phone]');
        group = partBegins;
        continue;
      }
    }
    if (whole) strikeLong(text, run, group, strike);
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
function beforeSigns(text: string, start: number, end: number): number {
  let from = text.charCodeAt(start - 1) === plus ? start - 1 : start;
  if (text.charCodeAt(from - 1) === opening && closesMore(text, start, end)) from -= 1;
  return text.charCodeAt(from - 1) === plus ? from - 1 : from;
}

/** Are more parentheses closed than opened? */
function closesMore(text: string, start: number, end: number): boolean {
  let open = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === opening) open += 1;
    else if (code === closing) open -= 1;
  }
  return open < 0;
}

function strikeLong(text: string, { bounds }: NumberRun, group: number, strike: Strike): void {
  const [from, to] = [bounds[2 * group] ?? 0, bounds[2 * group + 1] ?? 0];
  if (to - from < longNumber || isTime(text, from, to)) return;
  const standsAlone = !isJoined(text, from - 1, -1) && !isJoined(text, to, 1);
  if (standsAlone && !isOfCode(text, from, to)) strike(from, to, '[number]');
}

/** Does a dot, a comma, a hyphen or a slash tie it to another digit? */
function isJoined(text: string, at: number, step: number): boolean {
  return isOf(joining, text.charCodeAt(at)) && isDigit(text.charCodeAt(at + step));
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

/** No name, path, hash, address or sum goes on before or behind it. */
function isByItself(text: string, { bounds, count }: NumberRun): boolean {
  const [from, to] = [bounds[0] ?? 0, bounds[2 * count - 1] ?? 0];
  const begins = !goesOn(text, from - 1, goesOnBefore, /[\p{L}€£¥₹₽₺₩]/u) && !isOfId(text, from);
  return begins && !goesOn(text, to, goesOnBehind, /\p{L}/u) && !isOfIdBehind(text, to);
}

function goesOn(text: string, at: number, ascii: CharacterSet, others: RegExp): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? isOf(ascii, code) : code >= 128 && others.test(text.charAt(at));
}

/** Of this century's clocks since 1970, or a day as `20261123`. */
function isTime(text: string, from: number, to: number): boolean {
  const length = to - from;
  const begins = twoDigits(text, from);
  // Seconds, and thousandths, millionths and billionths of them.
  if (length === 10 || length === 13 || length === 16 || length === 19) return begins >= 15 && begins <= 19;
  if ((length !== 8 && length !== 14) || (begins !== 19 && begins !== 20)) return false;
  const [month, day] = [twoDigits(text, from + 4), twoDigits(text, from + 6)];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
}
