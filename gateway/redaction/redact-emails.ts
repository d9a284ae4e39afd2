import { Struck } from './struck.ts';
import { margin, unitsOf } from './text-units.ts';

/**
 * Replaces e-mail addresses, each found from its `@`: backwards over the local part, forwards over the domain, which has
 * a dot. Reads each character twice at most. (An expression that begins with the local part looks for an `@` from every
 * character of a long word again: 44 s on 160 KB.)
 */
export function redactEmails(text: string, units?: Uint16Array): string {
  const first = text.indexOf('@');
  return first < 0 ? text : redactFrom(first, text, units ?? unitsOf(text));
}

function redactFrom(first: number, text: string, units: Uint16Array): string {
  const struck = new Struck(text, units);
  const behind = margin + text.length;
  let copied = margin;
  for (let at = margin + first; at < behind; at += 1) {
    if (units[at] !== atSign) continue;
    const start = startOfLocalPart(units, at, copied);
    const end = start === at ? 0 : endOfDomain(units, at + 1);
    if (end === 0 || isAddressOfRepository(units, start, at, end)) continue;
    struck.strike(start, end, 'email');
    copied = end;
    at = end - 1;
  }
  return struck.end();
}

function startOfLocalPart(units: Uint16Array, at: number, from: number): number {
  let start = at;
  while (start > from && isOfLocalPart(units[start - 1] ?? 0)) start -= 1;
  return start;
}

/** Behind the last label of a domain of at least two that may end one: no number does; 0 where there is none. */
function endOfDomain(units: Uint16Array, from: number): number {
  let end = endOfLabel(units, from);
  if (end === from) return 0;
  let known = 0;
  while (units[end] === dot) {
    const next = endOfLabel(units, end + 1);
    if (next === end + 1) break;
    if (isLetter(units[end + 1] ?? 0) && next - end > 2) known = next;
    end = next;
  }
  return known;
}

/** `git@host.example:team/repository` */
function isAddressOfRepository(units: Uint16Array, start: number, at: number, end: number): boolean {
  return units[end] === colon && isGit(units, start, at) && isOfLocalPart(units[end + 1] ?? 0);
}

function isGit(units: Uint16Array, start: number, end: number): boolean {
  return end - start === 3 && units[start] === g && units[start + 1] === i && units[start + 2] === t;
}

function endOfLabel(units: Uint16Array, from: number): number {
  let end = from;
  while (isOfLabel(units[end] ?? 0)) end += 1;
  return end;
}

const [plus, dash, dot, colon, atSign, underscore] = [0x2b, 0x2d, 0x2e, 0x3a, 0x40, 0x5f];
const [g, i, t] = [0x67, 0x69, 0x74];

function isOfLabel(code: number): boolean {
  const isDigit = code >= 0x30 && code <= 0x39;
  return isDigit || isLetter(code) || code === underscore || code === dash;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isOfLocalPart(code: number): boolean {
  return isOfLabel(code) || code === dot || code === plus;
}
