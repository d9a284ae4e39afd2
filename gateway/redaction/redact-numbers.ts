import { endOfCard, firstGroup } from './card-number.ts';
import { forEachRun, isDigit, type NumberRun } from './number-runs.ts';
import { fewestDigits, isPhone } from './phone-number.ts';

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
  const { bounds } = run;
  const count = bounds.length / 2;
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
function lastOfPart({ bounds }: NumberRun, first: number): number {
  const count = bounds.length / 2;
  if (first === 0 && count <= 8) return count - 1;
  let last = first;
  while (last + 1 < count && (bounds[2 * last + 2] ?? 0) - (bounds[2 * last + 1] ?? 0) < 2) last += 1;
  return last;
}

/** With the plus that belongs to it, and with a parenthesis that is closed within. */
function beforeSigns(text: string, start: number, end: number): number {
  const run = text.slice(start, end);
  const closed = run.split(')').length > run.split('(').length;
  let from = text[start - 1] === '+' ? start - 1 : start;
  if (closed && text[from - 1] === '(') from -= 1;
  return text[from - 1] === '+' ? from - 1 : from;
}

function strikeLong(text: string, { bounds }: NumberRun, group: number, strike: Strike): void {
  const [from, to] = [bounds[2 * group] ?? 0, bounds[2 * group + 1] ?? 0];
  if (to - from < longNumber || isTime(text, from, to)) return;
  const standsAlone = !isJoined(text, from - 1, -1) && !isJoined(text, to, 1);
  if (standsAlone) strike(from, to, '[number]');
}

/** Does a dot, a comma, a hyphen or a slash tie it to another digit? */
function isJoined(text: string, at: number, step: number): boolean {
  return /[.,/-]/.test(text[at] ?? '') && isDigit(text.charCodeAt(at + step));
}

/** ASCII characters before which, and behind which, a name, path, hash, address or sum goes on. */
const goesOnBefore = tableOf('_./#@$&-');
const goesOnBehind = tableOf('_');

function tableOf(more: string): readonly boolean[] {
  return Array.from({ length: 128 }, (_, code) => {
    const character = String.fromCharCode(code);
    return /[0-9A-Za-z]/.test(character) || more.includes(character);
  });
}

/** No name, path, hash, address or sum goes on before or behind it. */
function isByItself(text: string, { bounds }: NumberRun): boolean {
  const [from, to] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  return !goesOn(text, from - 1, goesOnBefore, /[\p{L}€£¥]/u) && !goesOn(text, to, goesOnBehind, /\p{L}/u);
}

function goesOn(text: string, at: number, ascii: readonly boolean[], others: RegExp): boolean {
  const code = text.charCodeAt(at);
  if (Number.isNaN(code)) return false;
  return code < 128 ? ascii[code] === true : others.test(text.charAt(at));
}

/** Of this century's clocks: in milliseconds, or a day as `20261123`. */
function isTime(text: string, from: number, to: number): boolean {
  const length = to - from;
  if (length === 13) return /^1[5-9]/.test(text.slice(from, from + 2));
  if (length !== 8 && length !== 14) return false;
  return /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(text.slice(from, from + 8));
}
