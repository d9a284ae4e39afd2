/** A text of at most `length` characters and a note of how many are missing; whole characters, never half a pair. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length;
  return `${text.slice(0, cut)}… (${text.length - cut} more characters)`;
}

/** What keys, ids and addresses are made of. */
const ofWord = /[\w.~+/=*-]/;

/**
 * The same, but that a word which would be cut is left out: half of a key is no key any more to who strikes keys, and
 * half of a key to who reads it.
 */
export function shortenedAtWord(text: string, length: number): string {
  let cut = Math.min(length, text.length);
  if (ofWord.test(text.charAt(cut))) while (cut > 0 && ofWord.test(text.charAt(cut - 1))) cut -= 1;
  return shortened(text, cut);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
