import { isDigit } from './number-runs.ts';
import { isOfThing, isOfSomebody } from './number-words.ts';

const [opening, closing, bracket, colon, semicolon] = [0x28, 0x29, 0x5b, 0x3a, 0x3b];
const [quote, apostrophe, comma, dash] = [0x22, 0x27, 0x2c, 0x2d];

const longestToken = 40;

/** Does an id or a clock go on here: `fd45544b:46371496`, `iam::350263397345`, `00:50:09.454762`? */
export function isOfId(units: Uint16Array, at: number): boolean {
  if ((units[at - 1] ?? 0) !== colon) return false;
  let from = at - 2;
  if ((units[from] ?? 0) === colon) return true;
  let digits = 0;
  for (; at - from < longestToken && isHexadecimal(units[from] ?? 0); from -= 1)
    if (isDigit(units[from] ?? 0)) digits += 1;
  return digits > 0 && !isLetter(units[from] ?? 0);
}

/** Does one go on behind: `67956789:62082203`, `80176430-F0C0-43C6-A203-C0D93C196B6E`? */
export function isOfIdBehind(units: Uint16Array, to: number): boolean {
  const code = units[to] ?? 0;
  if (code === colon) return isDigit(units[to + 1] ?? 0);
  if (code !== dash || (units[to + 5] ?? 0) !== dash) return false;
  for (let at = to + 1; at < to + 5; at += 1) if (!isHexadecimal(units[at] ?? 0)) return false;
  return true;
}

/** Does a long number stand in code, or behind a word that says of what it is, which is nobody? */
export function isOfCode(units: Uint16Array, at: number, to: number): boolean {
  let before = at - 1;
  if ((units[before] ?? 0) === 0x20) before -= 1;
  const code = units[before] ?? 0;
  const endsCall = (units[to] ?? 0) === closing && (units[to + 1] ?? 0) === semicolon;
  // In a list, and behind most signs, nothing says of what it is.
  const isTold =
    code === comma ? isOfName(units[before - 1] ?? 0) && !isDigit(units[before - 1] ?? 0) : !isDigit(code);
  if (!isTold && !endsCall) return startsWithZeros(units, at);
  if (isOfThing(units, at) || startsWithZeros(units, at)) return true;
  const inCode =
    code === opening || code === bracket
      ? before === at - 1 && isOfName(units[before - 1] ?? 0)
      : code === colon
        ? isQuote(units[before - 1] ?? 0)
        : isOperator(code);
  return (inCode || endsCall) && !isOfSomebody(units, at);
}

/** An address, as a dump has it. */
function startsWithZeros(units: Uint16Array, at: number): boolean {
  for (let k = at; k < at + 4; k += 1) if ((units[k] ?? 0) !== 0x30) return false;
  return true;
}

/** `=`, `<`, `>`, `*`, `%`, `&`, `|`. */
function isOperator(code: number): boolean {
  return (code >= 0x3c && code <= 0x3e) || code === 0x2a || code === 0x25 || code === 0x26 || code === 0x7c;
}

function isQuote(code: number): boolean {
  return code === quote || code === apostrophe;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isOfName(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x5f;
}

function isHexadecimal(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}
