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

/** The runs of a text, each character looked at a few times at most. */
export function* numberRuns(text: string): Generator<NumberRun> {
  let at = 0;
  while (at < text.length) {
    if (!isDigit(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const bounds: number[] = [];
    let start: number | undefined = at;
    while (start !== undefined) {
      const end = endOfGroup(text, start);
      bounds.push(start, end);
      at = end;
      start = nextGroup(text, end);
    }
    yield { bounds };
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
