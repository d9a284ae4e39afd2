/** Control characters, line ends, and what turns the direction of a text. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** A text of somebody else's as one line, so that it can write none of its own between ours, and no terminal obeys it. */
export function oneLine(text: string): string {
  return text.replaceAll(unseen, ' ').trim();
}
