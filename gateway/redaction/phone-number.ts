import { isDigit } from './number-runs.ts';

/** Groups of digits `first` to `last` of a run's bounds. */
export interface Groups {
  readonly bounds: Int32Array;
  readonly first: number;
  readonly last: number;
}

export const fewestDigits = 7;
const mostDigits = 15;
const money = /[$€£¥]|\b(?:EUR|USD|GBP|CHF|JPY|PLN|Mio|mn|km|kg|MB|GB)\b/i;

/**
 * Is this a telephone number? With a plus or 00 before a country's code; with the 0 that begins most national ones; in
 * groups of 3-3-4 as in North America, or 3-3-3 as in Spain or Poland where no sum of money is meant. Dates, versions,
 * addresses of machines and lists of small numbers are none.
 */
export function isPhone(text: string, groups: Groups): boolean {
  const digits = digitsOf(groups);
  if (digits < fewestDigits || digits > mostDigits) return false;
  const start = startOf(groups, groups.first);
  if (text[start - 1] === '+') return true;
  if (text[start] === '0') return isInternational(text, start) || isNational(text, groups, digits);
  return isInThrees(text, groups) && !isMoney(text, groups);
}

const startOf = ({ bounds }: Groups, group: number): number => bounds[2 * group] ?? 0;
const endOf = ({ bounds }: Groups, group: number): number => bounds[2 * group + 1] ?? 0;
const lengthOf = (groups: Groups, group: number): number => endOf(groups, group) - startOf(groups, group);

function digitsOf(groups: Groups): number {
  let digits = 0;
  for (let k = groups.first; k <= groups.last && digits <= mostDigits; k += 1) digits += lengthOf(groups, k);
  return digits;
}

function isInternational(text: string, start: number): boolean {
  const code = text.charCodeAt(start + 2);
  return text[start + 1] === '0' && isDigit(code) && code !== 0x30;
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
    './-'.includes(gap)
  );
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
  const end = lengthOf(groups, from + 2);
  return (
    (end === 3 || end === 4) &&
    (text[startOf(groups, from)] ?? '') >= '2' &&
    (end === 4 || text[endOf(groups, from)] !== '.')
  );
}

function isMoney(text: string, groups: Groups): boolean {
  const [from, to] = [startOf(groups, groups.first), endOf(groups, groups.last)];
  return isMoneyWithin(text, from - 5, from) || isMoneyWithin(text, to, to + 6);
}

/** Where there is no letter and no sign there is nothing to look for. */
function isMoneyWithin(text: string, from: number, to: number): boolean {
  for (let at = Math.max(0, from); at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x3f || code === 0x24) return money.test(text.slice(Math.max(0, from), to));
  }
  return false;
}
