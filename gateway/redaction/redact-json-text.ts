import { answerBounds, jsonSize, modelRequestBounds, type JsonBounds } from '../../domain/json-bounds.ts';
import { redactNumbers } from './redact-numbers.ts';
import { redactText } from './redact.ts';

/**
 * JSON text stays JSON: each of its texts, names and numbers is redacted where it stands, and all else is as it was
 * written. A long number becomes a text. So nothing is hidden in what a reader would pass over (a name that comes twice),
 * and no object is made of what may be tens of thousands of names. What is no JSON is redacted as one text.
 */
export function redactJsonText(text: string): string {
  if (!isModestJson(text)) return redactText(text);
  let redacted = '';
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== quote && !isOfNumber(code)) continue;
    const end = code === quote ? endOfString(text, at) : endOfNumber(text, at);
    const now = code === quote ? redactedString(text, at, end) : redactedNumber(text, at, end);
    if (now !== undefined) {
      redacted += text.slice(copied, at) + now;
      copied = end;
    }
    at = end - 1;
  }
  return redacted + text.slice(copied);
}

/** More values or names than a request may have are nothing that a model writes for a tool: they are redacted as one text. */
const bounds: JsonBounds = { ...answerBounds, values: modelRequestBounds.values };

function isModestJson(text: string): boolean {
  if (typeof jsonSize(Buffer.from(text), bounds) !== 'number') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const [quote, backslash, dash, dot, plus] = [0x22, 0x5c, 0x2d, 0x2e, 0x2b];

/** Behind the quote that ends a string; of JSON, where there is one. */
function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (text.charCodeAt(end) !== quote) end += text.charCodeAt(end) === backslash ? 2 : 1;
  return end + 1;
}

/** Undefined where nothing of it has to be struck: then it stays as it is escaped. */
function redactedString(text: string, start: number, end: number): string | undefined {
  const inner = text.slice(start + 1, end - 1);
  const said = inner.includes('\\') ? String(JSON.parse(text.slice(start, end))) : inner;
  const redacted = redactText(said);
  return redacted === said ? undefined : JSON.stringify(redacted);
}

function isOfNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === dash;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    const isExponent = (code | 0x20) === 0x65;
    if (!isOfNumber(code) && code !== dot && code !== plus && !isExponent) return end;
    end += 1;
  }
}

/** A number below this has fewer digits before its point than any that is struck. */
const small = 1_000_000;
/** In characters: what is written in fewer, without an exponent, is below that. */
const shortest = 7;

/** As a text where it would be struck in one, as it is written or as it is read; else undefined. */
function redactedNumber(text: string, start: number, end: number): string | undefined {
  const written = text.slice(start, end);
  if (written.length < shortest && !/e/i.test(written)) return undefined;
  const value = Number(written);
  if (Math.abs(value) < small) return undefined;
  for (const form of [String(value), written]) {
    const redacted = redactNumbers(form);
    if (redacted !== form) return JSON.stringify(redacted);
  }
  return undefined;
}
