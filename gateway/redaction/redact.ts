import type { JsonValue } from '../../domain/json.ts';
import { mapFields, mapItems } from '../../domain/mapped.ts';
import { redactEmails } from './redact-emails.ts';
import { redactIbans } from './redact-ibans.ts';
import { redactKeys } from '../../domain/text/redact-keys.ts';
import { hintsOf } from './hints.ts';
import { fewestDigits } from './phone-number.ts';
import { redactNumbers } from './redact-numbers.ts';
import { margin, unitsOf } from './text-units.ts';

/** In characters: an address as `a@b.c`, a masked key. Lists may have very many words that are shorter. */
const shortest = 5;

/** In characters: a longer one is worth the questions. */
const short = 256;
/** Of check digits: an IBAN may have no others. */
const fewestOfIban = 2;

/**
 * Replaces e-mail addresses, keys, account, card and telephone numbers and long numbers in a text: the longer forms
 * before the digits that they contain. The work of each grows with the text and no faster.
 */
export function redactText(text: string): string {
  if (text.length < shortest) return text;
  return text.length > short ? redactLong(text) : redactShort(text);
}

function redactLong(text: string): string {
  const withoutKeys = redactKeys(text);
  if (!/[@\d]/.test(withoutKeys)) return withoutKeys;
  return redactRest(withoutKeys, unitsOf(withoutKeys), Infinity);
}

function redactShort(text: string): string {
  const units = unitsOf(text);
  const { mayHoldKey, mayHoldEmail, digits } = hintsOf(units, margin, margin + text.length);
  const withoutKeys = mayHoldKey ? redactKeys(text) : text;
  if (!mayHoldEmail && digits < fewestOfIban) return withoutKeys;
  return redactRest(withoutKeys, withoutKeys === text ? units : unitsOf(withoutKeys), digits);
}

/** Of a text, its units, and how many digits it has at most. */
function redactRest(text: string, units: Uint16Array, digits: number): string {
  const withoutEmails = redactEmails(text, units);
  if (digits < fewestOfIban) return withoutEmails;
  const left = withoutEmails === text ? units : unitsOf(withoutEmails);
  const withoutIbans = redactIbans(withoutEmails, left);
  if (digits < fewestDigits) return withoutIbans;
  return redactNumbers(withoutIbans, withoutIbans === withoutEmails ? left : unitsOf(withoutIbans));
}

/** Replaces them in every text of a value; gives the value itself where it has none. */
export function redact(value: JsonValue): JsonValue {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value !== 'object') return value;
  return isArray(value) ? mapItems(value, redact) : mapFields(value, redact);
}

function isArray(value: readonly JsonValue[] | object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
