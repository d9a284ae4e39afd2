/** Characters of an IBAN by country, as the registry of ISO 13616 has them. */
const lengths: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

const start = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}/gi;
const mark = '[iban]';

/** Replaces IBANs: as long as their country's are, in groups or not, and with the check digits that they must have. */
export function redactIbans(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (const { index } of text.matchAll(start)) {
    const end = index < copied ? undefined : endOfIban(text, index);
    if (end === undefined) continue;
    parts.push(text.slice(copied, index), mark);
    copied = end;
  }
  return parts.length === 0 ? text : [...parts, text.slice(copied)].join('');
}

function endOfIban(text: string, from: number): number | undefined {
  const length = lengths.get(text.slice(from, from + 2).toUpperCase());
  if (length === undefined) return undefined;
  const values: number[] = [];
  let at = from;
  while (values.length < length) {
    // One space or hyphen may stand between two groups.
    if (values.length > 0 && isGap(text.charCodeAt(at))) at += 1;
    const value = valueOf(text.charCodeAt(at));
    if (value === undefined) return undefined;
    values.push(value);
    at += 1;
  }
  return valueOf(text.charCodeAt(at)) === undefined && hasCheckDigits(values) ? at : undefined;
}

function isGap(code: number): boolean {
  return code === 0x20 || code === 0x2d;
}

/** Of a digit, or of a letter: 10 for A. */
function valueOf(code: number): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code & ~0x20;
  return letter >= 0x41 && letter <= 0x5a ? letter - 0x41 + 10 : undefined;
}

/** ISO 7064: with its first four characters at its end and letters as numbers from 10, modulo 97 it is 1. */
function hasCheckDigits(values: readonly number[]): boolean {
  let rest = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[(i + 4) % values.length] ?? 0;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
