import type { JsonValue } from '../../domain/json.ts';
import { mapFields, mapItems } from './mapped.ts';
import { redactEmails } from './redact-emails.ts';
import { redactIbans } from './redact-ibans.ts';
import { redactKeys } from '../../domain/text/redact-keys.ts';
import { hintsOf } from './hints.ts';
import { fewestDigits } from './phone-number.ts';
import { redactNumbers } from './redact-numbers.ts';

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
  const struck = redactEmails(redactKeys(text));
  return /\d/.test(struck) ? redactNumbers(redactIbans(struck)) : struck;
}

function redactShort(text: string): string {
  const { mayHoldKey, mayHoldEmail, digits } = hintsOf(text);
  let struck = mayHoldKey ? redactKeys(text) : text;
  if (mayHoldEmail) struck = redactEmails(struck);
  if (digits < fewestOfIban) return struck;
  struck = redactIbans(struck);
  return digits < fewestDigits ? struck : redactNumbers(struck);
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
