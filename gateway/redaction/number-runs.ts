/** Groups of digits that belong together, as people write numbers down: `+49 (30) 12-34`. */
export interface NumberRun {
  /** Where its groups begin and end, in turns. */
  readonly bounds: readonly number[];
}

const longestGap = 3;

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Space, parentheses, hyphen, dot, slash. */
const isOfGap = (code: number): boolean =>
  code === 0x20 || code === 0x28 || code === 0x29 || code === 0x2d || code === 0x2e || code === 0x2f;

/**
 * Hands over the runs of a text that have at least so many digits, each character looked at a few times at most. A run is
 * to be used at once: its bounds are those of the next one afterwards.
 */
export function forEachRun(text: string, fewestDigits: number, use: (run: NumberRun) => void): void {
  const bounds: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let count = 0;
    let digits = 0;
    for (let start: number | undefined = at; start !== undefined; start = nextGroup(text, at)) {
      at = endOfGroup(text, start);
      digits += at - start;
      bounds[count] = start;
      bounds[count + 1] = at;
      count += 2;
    }
    if (digits < fewestDigits) continue;
    bounds.length = count;
    use({ bounds });
  }
}

function endOfGroup(text: string, start: number): number {
  let end = start + 1;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

function nextGroup(text: string, end: number): number | undefined {
  let at = end;
  while (at - end < longestGap && isOfGap(text.charCodeAt(at))) at += 1;
  return at > end && isDigit(text.charCodeAt(at)) ? at : undefined;
}
