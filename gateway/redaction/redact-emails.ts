const mark = '[email]';

/**
 * Replaces e-mail addresses, each found from its `@`: backwards over the local part, forwards over the domain, which has
 * a dot. Reads each character twice at most. (An expression that begins with the local part looks for an `@` from every
 * character of a long word again: 44 s on 160 KB.)
 */
export function redactEmails(text: string): string {
  let struck = '';
  let copied = 0;
  for (let at = nextAt(text, 0); at !== -1; at = nextAt(text, Math.max(at + 1, copied))) {
    const start = startOfLocalPart(text, at, copied);
    const end = start === at ? undefined : endOfDomain(text, at + 1);
    if (end === undefined || isAddressOfRepository(text, start, at, end)) continue;
    struck += text.slice(copied, start) + mark;
    copied = end;
  }
  return copied === 0 ? text : struck + text.slice(copied);
}

/** In characters: a search costs more than to look at so many. */
const soon = 8;

/** Where the next `@` stands; -1 where there is none. */
function nextAt(text: string, from: number): number {
  const near = Math.min(from + soon, text.length);
  let at = from;
  while (at < near && text.charCodeAt(at) !== atSign) at += 1;
  return at < near ? at : text.indexOf('@', at);
}

function startOfLocalPart(text: string, at: number, from: number): number {
  let start = at;
  while (start > from && isOfLocalPart(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

/** Behind the last label of a domain of at least two that may end one: no number does; undefined where there is none. */
function endOfDomain(text: string, from: number): number | undefined {
  let end = endOfLabel(text, from);
  if (end === from) return undefined;
  let known: number | undefined;
  while (text[end] === '.') {
    const next = endOfLabel(text, end + 1);
    if (next === end + 1) break;
    if (isLetter(text.charCodeAt(end + 1)) && next - end > 2) known = next;
    end = next;
  }
  return known;
}

/** `git@host.example:team/repository` */
function isAddressOfRepository(text: string, start: number, at: number, end: number): boolean {
  return text[end] === ':' && text.slice(start, at) === 'git' && isOfLocalPart(text.charCodeAt(end + 1));
}

function endOfLabel(text: string, from: number): number {
  let end = from;
  while (end < text.length && isOfLabel(text.charCodeAt(end))) end += 1;
  return end;
}

const [plus, dash, dot, atSign, underscore] = [0x2b, 0x2d, 0x2e, 0x40, 0x5f];

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
