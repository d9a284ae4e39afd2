import { isDigit, twoDigits } from './number-runs.ts';
import { margin } from './text-units.ts';

/** Groups of digits `first` to `last` of a run's bounds, in a text. */
export interface Groups {
  readonly text: string;
  readonly bounds: Int32Array;
  readonly first: number;
  readonly last: number;
}

const [space, comma, hyphen, dot, slash, enDash] = [0x20, 0x2c, 0x2d, 0x2e, 0x2f, 0x2013];
const [plus, zero, one, two] = [0x2b, 0x30, 0x31, 0x32];

export const fewestDigits = 7;
const mostDigits = 15;
/** Of a sum or an amount: what stands before it or behind. */
const measure = new RegExp(
  '[$€£¥₹₽₺₩]|zł|Kč|m²|Stück|' +
    '\\b(?:EUR|USD|GBP|CHF|JPY|PLN|CZK|SEK|NOK|DKK|HUF|INR|BRL|CAD|AUD|NZD|RUB|UAH|TRY|CNY|KRW|ZAR|MXN|SGD|HKD|RON|BGN|ILS|' +
    'kr|Ft|Fr|lei|Rs|euros?|dollars?|pounds?|francs?|Franken|yen|rubles?|Mio|Mrd|mn|bn|' +
    'km|kg|KB|MB|GB|TB|kWh|MWh|ms|bytes|units|views|users|rows|tokens|steps|shares|people|inhabitants|Einwohner|habitants|' +
    'visits|downloads|followers|copies|tons)\\b',
  'i',
);
/** Of `inhabitants` and a space. */
const longestMeasure = 14;

/**
 * Is this a telephone number? With a plus or 00 before a country's code; with the 0 that begins most national ones; in
 * groups of 3-3-4 as in North America, or 3-3-3 as in Spain or Poland where no sum of money is meant. Dates, versions,
 * addresses of machines and lists of small numbers are none.
 */
export function isPhone(units: Uint16Array, groups: Groups): boolean {
  const digits = digitsOf(groups);
  if (digits < fewestDigits || digits > mostDigits) return false;
  const start = startOf(groups, groups.first);
  if (units[start - 1] === plus) return !isSum(units, groups);
  if (units[start] === zero)
    return isInternational(units, start, digits) || isNational(units, groups, digits);
  return isInThrees(units, groups) && !hasDecimals(units, groups) && !isMeasured(units, groups);
}

/** `+3 755 469,63 NOK`: thousands in threes, with decimals or a measure behind them. */
function isSum(units: Uint16Array, groups: Groups): boolean {
  for (let k = groups.first + 1; k <= groups.last; k += 1) {
    const length = lengthOf(groups, k);
    if (length !== 3 && !(k === groups.last && length === 2)) return false;
  }
  const to = endOf(groups, groups.last);
  return hasDecimals(units, groups) || isMeasuredWithin(units, groups, to, to + longestMeasure);
}

/** `612 345 678,97`, `612 345 678.–` */
function hasDecimals(units: Uint16Array, groups: Groups): boolean {
  const to = endOf(groups, groups.last);
  const point = units[to] ?? 0;
  if (point !== comma && point !== dot) return false;
  const next = units[to + 1] ?? 0;
  return isDigit(next) || next === enDash || next === hyphen;
}

const startOf = ({ bounds }: Groups, group: number): number => bounds[2 * group] ?? 0;
const endOf = ({ bounds }: Groups, group: number): number => bounds[2 * group + 1] ?? 0;
const lengthOf = (groups: Groups, group: number): number => endOf(groups, group) - startOf(groups, group);

function digitsOf(groups: Groups): number {
  let digits = 0;
  for (let k = groups.first; k <= groups.last && digits <= mostDigits; k += 1) digits += lengthOf(groups, k);
  return digits;
}

function isInternational(units: Uint16Array, start: number, digits: number): boolean {
  const code = units[start + 2] ?? 0;
  return digits > fewestDigits + 1 && units[start + 1] === zero && isDigit(code) && code !== zero;
}

function isNational(units: Uint16Array, groups: Groups, digits: number): boolean {
  const count = groups.last - groups.first + 1;
  const area = lengthOf(groups, groups.first);
  if (count < 2 || area < 2 || area > 6 || digits > 12 || isDate(units, groups) || hasDotsOnly(units, groups))
    return false;
  let longest = 0;
  for (let k = groups.first; k <= groups.last; k += 1) longest = Math.max(longest, lengthOf(groups, k));
  return longest > 2 || count === 5;
}

/** `01.02.2026`, with or without an hour behind it. */
function isDate(units: Uint16Array, groups: Groups): boolean {
  const [day, month, year] = [0, 1, 2].map((k) => lengthOf(groups, groups.first + k));
  const gap = units[endOf(groups, groups.first)];
  return (
    groups.last - groups.first >= 2 &&
    day === 2 &&
    month === 2 &&
    (year === 2 || year === 4) &&
    (gap === dot || gap === slash || gap === hyphen || (gap === space && isYearAt(units, groups)))
  );
}

/** `05 04 2027`: where the groups of a telephone number have spaces, the day, the month and the year must be ones. */
function isYearAt(units: Uint16Array, groups: Groups): boolean {
  const at = startOf(groups, groups.first + 2);
  const century = twoDigits(units, at);
  const month = twoDigits(units, startOf(groups, groups.first + 1));
  return groups.last === groups.first + 2 && month <= 12 && (century === 19 || century === 20);
}

/** Versions and addresses of machines. */
function hasDotsOnly(units: Uint16Array, groups: Groups): boolean {
  for (let k = groups.first; k < groups.last; k += 1) if (units[endOf(groups, k)] !== dot) return false;
  return groups.last - groups.first >= 2;
}

function isInThrees(units: Uint16Array, groups: Groups): boolean {
  const first = units[startOf(groups, groups.first)] === one && lengthOf(groups, groups.first) === 1 ? 1 : 0;
  const from = groups.first + first;
  if (groups.last - from !== 2 || lengthOf(groups, from) !== 3 || lengthOf(groups, from + 1) !== 3)
    return false;
  // Cells of a table have more between them.
  if (isWide(units, endOf(groups, from)) || isWide(units, endOf(groups, from + 1))) return false;
  const end = lengthOf(groups, from + 2);
  return (
    (end === 4 || (end === 3 && first === 0)) &&
    (units[startOf(groups, from)] ?? 0) >= two &&
    (end === 4 || units[endOf(groups, from)] !== dot)
  );
}

/** Two spaces. */
function isWide(units: Uint16Array, at: number): boolean {
  return (units[at] ?? 0) === 0x20 && (units[at + 1] ?? 0) === 0x20;
}

function isMeasured(units: Uint16Array, groups: Groups): boolean {
  const [from, to] = [startOf(groups, groups.first), endOf(groups, groups.last)];
  return (
    isMeasuredWithin(units, groups, from - 5, from) ||
    isMeasuredWithin(units, groups, to, to + longestMeasure)
  );
}

/** The last one before the letters that is none of a sum's; the only one before it that is. */
const [lastSign, dollar] = [0x3f, 0x24];

/** Where there is no letter and no sign there is nothing to look for. */
function isMeasuredWithin(units: Uint16Array, { text }: Groups, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = units[at] ?? 0;
    if (code > lastSign || code === dollar)
      return measure.test(text.slice(Math.max(0, from - margin), to - margin));
  }
  return false;
}
