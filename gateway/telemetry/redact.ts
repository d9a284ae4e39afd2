import type { JsonValue } from '../../domain/json.ts';
import { redactEmails } from './redact-emails.ts';

/**
 * What is taken out of samples besides e-mail addresses, in this order: the longer forms before the digits that they
 * contain. Each is bounded from where it may begin, so that their work grows with the text and no faster.
 */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g, '[iban]'],
  [/\b\d(?:[ -]?\d){12,18}\b/g, '[card]'],
  // Groups of digits with something between them, or a plus; a date is none.
  [
    /(?<![\w+])(?!\d{4}-\d{2}-\d{2}\b)(?:\+\d{6,15}|\+?\(?\d{1,4}\)?(?:[ ./-]+\(?\d{2,4}\)?){2,5})(?!\w)/g,
    '[phone]',
  ],
  [/\d{6,}/g, '[number]'],
];

/** Replaces e-mail addresses, account, card and telephone numbers and long numbers in a text. */
export function redactText(text: string): string {
  return patterns.reduce((redacted, [pattern, mark]) => redacted.replace(pattern, mark), redactEmails(text));
}

/** Replaces them in every text of a value. */
export function redact(value: JsonValue): JsonValue {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map(redact);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, redact(entry)]));
}

function isArray(value: readonly JsonValue[] | object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
