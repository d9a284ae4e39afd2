import { isDigit } from './number-runs.ts';

/** Groups of digits `first` to `last` of a run's bounds. */
export interface Groups {
  readonly bounds: Int32Array;
  readonly first: number;
  readonly last: number;
}

const [comma, hyphen, dot, enDash] = [0x2c, 0x2d, 0x2e, 0x2013];

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
export function isPhone(text: string, groups: Groups): boolean {
  const digits = digitsOf(groups);
  if (digits < fewestDigits || digits > mostDigits) return false;
  const start = startOf(groups, groups.first);
  if (text[start - 1] === '+') return !isSum(text, groups);
  if (text[start] === '0') return isInternational(text, start, digits) || isNational(text, groups, digits);
  return isInThrees(text, groups) && !hasDecimals(text, groups) && !isMeasured(text, groups);
}

/** `+3 755 469,63 NOK`: thousands in threes, with decimals or a measure behind them. */
function isSum(text: string, groups: Groups): boolean {
  for (let k = groups.first + 1; k <= groups.last; k += 1) {
    const length = lengthOf(groups, k);
    if (length !== 3 && !(k === groups.last && length === 2)) return false;
  }
  const to = endOf(groups, groups.last);
  return hasDecimals(text, groups) || isMeasuredWithin(text, to, to + longestMeasure);
}

/** `612 345 678,97`, `612 345 678.–` */
function hasDecimals(text: string, groups: Groups): boolean {
  const to = endOf(groups, groups.last);
  const point = text.charCodeAt(to);
  if (point !== comma && point !== dot) return false;
  const next = text.charCodeAt(to + 1);
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

function isInternational(text: string, start: number, digits: number): boolean {
  const code = text.charCodeAt(start + 2);
  return digits > fewestDigits + 1 && text[start + 1] === '0' && isDigit(code) && code !== 0x30;
}

function isNational(text: string, groups: Groups, digits: number): boolean {
  const count = groups.last - groups.first + 1;
  const area = lengthOf(groups, groups.first);
  if (count < 2 || area < 2 || area > 6 || digits > 12 || isDate(text, groups) || hasDotsOnly(text, groups))
    return false;
  let longest = 0;
  for (let k = groups.first; k <= groups.last; k += 1) longest = Math.max(longest, lengthOf(groups, k));
  return longest > 2 || count === 5;
}

/** `01.02.2026`, with or without an hour behind it. */
function isDate(text: string, groups: Groups): boolean {
  const [day, month, year] = [0, 1, 2].map((k) => lengthOf(groups, groups.first + k));
  const gap = text[endOf(groups, groups.first)] ?? '';
  return (
    groups.last - groups.first >= 2 &&
    day === 2 &&
    month === 2 &&
    (year === 2 || year === 4) &&
    ('./-'.includes(gap) || (gap === ' ' && isYearAt(text, groups)))
  );
}

/** `05 04 2027`: where the groups of a telephone number have spaces, the day, the month and the year must be ones. */
function isYearAt(text: string, groups: Groups): boolean {
  const at = startOf(groups, groups.first + 2);
  const century = text.slice(at, at + 2);
  const month = Number(text.slice(startOf(groups, groups.first + 1), endOf(groups, groups.first + 1)));
  return groups.last === groups.first + 2 && month <= 12 && (century === '19' || century === '20');
}

/** Versions and addresses of machines. */
function hasDotsOnly(text: string, groups: Groups): boolean {
  for (let k = groups.first; k < groups.last; k += 1) if (text[endOf(groups, k)] !== '.') return false;
  return groups.last - groups.first >= 2;
}

function isInThrees(text: string, groups: Groups): boolean {
  const first = text[startOf(groups, groups.first)] === '1' && lengthOf(groups, groups.first) === 1 ? 1 : 0;
  const from = groups.first + first;
  if (groups.last - from !== 2 || lengthOf(groups, from) !== 3 || lengthOf(groups, from + 1) !== 3)
    return false;
  // Cells of a table have more between them.
  if (isWide(text, endOf(groups, from)) || isWide(text, endOf(groups, from + 1))) return false;
  const end = lengthOf(groups, from + 2);
  return (
    (end === 4 || (end === 3 && first === 0)) &&
    (text[startOf(groups, from)] ?? '') >= '2' &&
    (end === 4 || text[endOf(groups, from)] !== '.')
  );
}

/** Two spaces. */
function isWide(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x20 && text.charCodeAt(at + 1) === 0x20;
}

function isMeasured(text: string, groups: Groups): boolean {
  const [from, to] = [startOf(groups, groups.first), endOf(groups, groups.last)];
  return isMeasuredWithin(text, from - 5, from) || isMeasuredWithin(text, to, to + longestMeasure);
}

/** Where there is no letter and no sign there is nothing to look for. */
function isMeasuredWithin(text: string, from: number, to: number): boolean {
  for (let at = Math.max(0, from); at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x3f || code === 0x24) return measure.test(text.slice(Math.max(0, from), to));
  }
  return false;
}
