import { Struck } from './struck.ts';
import { margin, unitsOf } from './text-units.ts';

/** Characters of an IBAN by country, as the registry of ISO 13616 has them. */
const registry =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
  'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
  'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
  'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30';

/** By a UTF-16 unit: of a digit, or of a letter (10 for A); this for all else. */
const none = 0xff;
const values = new Uint8Array(0x10000).fill(none);
for (let value = 0; value < 36; value += 1) {
  const digit = value.toString(36);
  values[digit.charCodeAt(0)] = value;
  values[digit.toUpperCase().charCodeAt(0)] = value;
}
const firstLetter = 10;

const letters = 26;
/** By a country's two letters; 0 where there is none. */
const lengths = new Uint8Array(letters * letters);
for (const entry of registry.split(' '))
  lengths[placeOf(valueOf(entry.charCodeAt(0)), valueOf(entry.charCodeAt(1)))] = Number(entry.slice(2));

/** Norway's. */
const shortest = 15;
/** In characters: a shorter text is read through as quickly as an expression is asked. */
const long = 256;
/** Country and check digits stand together; then one space or hyphen may stand between any two. */
const headLength = 4;

/** ISO 7064: an IBAN is a number that leaves 1 when it is divided by this, with letters as numbers from 10. */
const modulus = 97;
/** What 10 to the power of a place leaves: no IBAN has more digits than twice its characters. */
const powers = new Uint8Array(80);
for (let k = 0, power = 1; k < powers.length; k += 1, power = (power * 10) % modulus) powers[k] = power;

/** Where a word begins as they do: most texts have none, and of a long one an expression knows that the soonest. */
const start = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}/i;

/** Replaces IBANs: as long as their country's are, in groups or not, and with the check digits that they must have. */
export function redactIbans(text: string, units?: Uint16Array): string {
  if (text.length < shortest) return text;
  const first = text.length < long ? 0 : text.search(start);
  return first < 0 ? text : redactFrom(first, text, units ?? unitsOf(text));
}

function redactFrom(first: number, text: string, units: Uint16Array): string {
  const struck = new Struck(text, units);
  const end = margin + text.length;
  for (let at = margin + first; at < end; at += 1) {
    if (valueOf(units[at] ?? 0) === none) continue;
    const endOfOne = isHeadAt(units, at) ? endOfIban(units, at) : 0;
    if (endOfOne > 0) struck.strike(at, endOfOne, 'iban');
    at = endOfWord(units, endOfOne > 0 ? endOfOne : at + 1);
  }
  return struck.end();
}

/** Two letters and two digits. */
function isHeadAt(units: Uint16Array, at: number): boolean {
  return (
    isLetter(valueOf(units[at] ?? 0)) &&
    isLetter(valueOf(units[at + 1] ?? 0)) &&
    valueOf(units[at + 2] ?? 0) < firstLetter &&
    valueOf(units[at + 3] ?? 0) < firstLetter
  );
}

function endOfWord(units: Uint16Array, from: number): number {
  let at = from;
  while (valueOf(units[at] ?? 0) !== none) at += 1;
  return at;
}

/** Behind the one that begins there; 0 where none does. */
function endOfIban(units: Uint16Array, from: number): number {
  const length = lengths[placeOf(valueOf(units[from] ?? 0), valueOf(units[from + 1] ?? 0))] ?? 0;
  if (length === 0) return 0;
  let at = from + headLength;
  for (let left = length - headLength; left > 0; left -= 1, at += 1) {
    if (valueOf(units[at] ?? 0) !== none) continue;
    if (!isGap(units[at] ?? 0) || valueOf(units[at + 1] ?? 0) === none) return 0;
    at += 1;
  }
  // Most that is none does not end here: that is asked before anything is computed.
  const isOver = valueOf(units[at] ?? 0) === none;
  return isOver && restOf(units, from, at) === 1 ? at : 0;
}

/** What it leaves, with its first four characters at its end. */
function restOf(units: Uint16Array, from: number, to: number): number {
  let sum = 0;
  let place = 0;
  const body = from + headLength;
  for (let at = body - 1; at >= from; at -= 1) {
    const value = valueOf(units[at] ?? 0);
    sum += value * (powers[place] ?? 0);
    place += value < firstLetter ? 1 : 2;
  }
  for (let at = to - 1; at >= body; at -= 1) {
    const value = valueOf(units[at] ?? 0);
    if (value === none) continue;
    sum += value * (powers[place] ?? 0);
    place += value < firstLetter ? 1 : 2;
  }
  return sum % modulus;
}

function valueOf(code: number): number {
  return values[code] ?? none;
}

function isLetter(value: number): boolean {
  return value >= firstLetter && value !== none;
}

function isGap(code: number): boolean {
  return code === 0x20 || code === 0x2d;
}

function placeOf(first: number, second: number): number {
  return (first - firstLetter) * letters + (second - firstLetter);
}
