/** What a text has that might have to be struck. */
interface Hints {
  readonly mayHoldKey: boolean;
  readonly mayHoldEmail: boolean;
  readonly digits: number;
}

const [upperA, upperB, upperG, upperI, upperJ, upperK] = [0x41, 0x42, 0x47, 0x49, 0x4a, 0x4b];
const [upperR, upperS, a, b, e, y] = [0x52, 0x53, 0x61, 0x62, 0x65, 0x79];

/** What a character of ASCII may be part of; all others are of nothing. */
const [nothing, digit, atSign, joint, second] = [0, 1, 2, 3, 4];
const parts = new Uint8Array(128);
for (let code = 0x30; code <= 0x39; code += 1) parts[code] = digit;
parts[0x40] = atSign;
// A hyphen, an underscore or what masks a key stands in all of them but those that begin by one of the pairs below.
for (const character of '-_*') parts[character.charCodeAt(0)] = joint;
for (const code of [a, e, upperG, upperI, upperJ, upperK, upperR, upperS]) parts[code] = second;

/** Reads a text once: a list may have very many of them, and each question to an expression costs more than this. */
export function hintsOf(text: string): Hints {
  let digits = 0;
  let mayHoldKey = false;
  let mayHoldEmail = false;
  let before = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const part = code < parts.length ? parts[code] : nothing;
    if (part === digit) digits += 1;
    else if (part === atSign) mayHoldEmail = true;
    else if (part === joint || (part === second && beginsKey(before, code))) mayHoldKey = true;
    before = code;
  }
  return { mayHoldKey, mayHoldEmail, digits };
}

/** `AIza`, `AKIA`, `AROA`, `ASIA`, `SG.`, `eyJ`, `ya29`, and `Bearer` and `Basic`. */
function beginsKey(before: number, code: number): boolean {
  if (code === a) return before === y || before === upperB || before === b;
  if (code === e) return before === upperB || before === b;
  if (code === upperG) return before === upperS;
  return code === upperJ ? before === y : before === upperA;
}
