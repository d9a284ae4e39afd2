/** Groups of digits that belong together, as people write numbers down: `+49 (30) 12-34`. */
export interface NumberRun {
  /** Where its groups begin and end, in turns; what is behind them is of no run. */
  readonly bounds: Int32Array;
  /** Its groups. */
  readonly count: number;
}

const longestGap = 3;
/** In numbers of bounds: longer runs get a place of their own, which goes with the text. */
const usually = 1024;
/** Used again by every text: most have few numbers, and none is looked at while another one is. */
const ofUsualRuns = new Int32Array(usually);

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Space, parentheses, hyphen, dot, slash. */
const isOfGap = (code: number): boolean =>
  code === 0x20 || code === 0x28 || code === 0x29 || code === 0x2d || code === 0x2e || code === 0x2f;

/**
 * Hands over the runs of a text that have at least so many digits, each character looked at a few times at most. A run is
 * to be used at once: its bounds are those of the next one afterwards.
 */
export function forEachRun(text: string, fewestDigits: number, use: (run: NumberRun) => void): void {
  let bounds = ofUsualRuns;
  for (let at = 0; at < text.length; at += 1) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let count = 0;
    let digits = 0;
    for (let start = at; start >= 0; start = nextGroup(text, at)) {
      at = endOfGroup(text, start);
      digits += at - start;
      if (2 * count === bounds.length) bounds = twiceAsLong(bounds);
      bounds[2 * count] = start;
      bounds[2 * count + 1] = at;
      count += 1;
    }
    if (digits >= fewestDigits) use({ bounds, count });
  }
}

function twiceAsLong(bounds: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * bounds.length);
  longer.set(bounds);
  return longer;
}

function endOfGroup(text: string, start: number): number {
  let end = start + 1;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** Negative where the run ends. */
function nextGroup(text: string, end: number): number {
  let at = end;
  while (at - end < longestGap && isOfGap(text.charCodeAt(at))) at += 1;
  return at > end && isDigit(text.charCodeAt(at)) ? at : -1;
}
