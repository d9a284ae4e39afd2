/** A text of at most `length` characters and a note of how many are missing; whole characters, never half a pair. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length;
  return `${text.slice(0, cut)}… (${text.length - cut} more characters)`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
