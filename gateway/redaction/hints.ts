/** What a text has that might have to be struck. */
interface Hints {
  readonly mayHoldKey: boolean;
  readonly mayHoldEmail: boolean;
  readonly digits: number;
}

/** What a character of ASCII may be part of; all others are of nothing. */
const [nothing, digit, atSign, ofPair] = [0, 1, 2, 3];
const ascii = 128;
const parts = new Uint8Array(ascii);
for (let code = 0x30; code <= 0x39; code += 1) parts[code] = digit;
parts[0x40] = atSign;

/**
 * Two characters with which a key begins, or where its kind's name ends: `AIza`, `AKIA`, `AROA`, `ASIA`, `SG.`, `eyJ`,
 * `ya29`, and `Bearer` and `Basic`.
 */
const twoOf = 'AI AK AR AS SG yJ ya Be be Ba ba';
/**
 * The same before a hyphen or an underscore: `sk-`, `pk-`, `rk-`, `slc-`, `sess-`, `whsec-`; `ghp_`, `gho_`, `ghu_`, `ghs_`,
 * `ghr_`, `github_`, `hf_`, `gsk_`, `r8_`, `npm_`; `dop_`, `lsv2_`; `glpat-`, `xai-`, `pplx-`, `tvly-`, `pypi-`; `xoxb-` and the
 * like; `-----BEGIN`.
 */
const twoBeforeJoint =
  'sk pk rk lc ss ec hp ho hu hs hr ub hf r8 pm op v2 at ai lx ly pi xa xb xe xo xp xr xs --';

/** By two characters of ASCII. */
const pairs = pairsOf(twoOf);
const pairsBeforeJoint = pairsOf(twoBeforeJoint);
for (const pair of twoOf.split(' ')) parts[pair.charCodeAt(1)] = ofPair;
for (const joint of '-_') parts[joint.charCodeAt(0)] = ofPair;

function pairsOf(written: string): Uint8Array {
  const of = new Uint8Array(ascii * ascii);
  for (const pair of written.split(' ')) of[pair.charCodeAt(0) * ascii + pair.charCodeAt(1)] = 1;
  return of;
}

/** Reads a text's units once: a list may have very many texts, and each question to an expression costs more than this. */
export function hintsOf(units: Uint16Array, from: number, to: number): Hints {
  let digits = 0;
  let mayHoldKey = false;
  let mayHoldEmail = false;
  for (let at = from; at < to; at += 1) {
    const code = units[at] ?? 0;
    const part = code < ascii ? parts[code] : nothing;
    if (part === nothing) continue;
    if (part === digit) digits += 1;
    else if (part === atSign) mayHoldEmail = true;
    else if (!mayHoldKey) mayHoldKey = endsPair(units, at);
  }
  return { mayHoldKey, mayHoldEmail, digits };
}

function endsPair(units: Uint16Array, at: number): boolean {
  const [code, before, first] = [units[at] ?? 0, units[at - 1] ?? 0, units[at - 2] ?? 0];
  if (code !== 0x2d && code !== 0x5f) return before < ascii && pairs[before * ascii + code] === 1;
  return before < ascii && first < ascii && pairsBeforeJoint[first * ascii + before] === 1;
}
