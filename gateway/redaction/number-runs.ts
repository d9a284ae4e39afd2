import { margin } from './text-units.ts';

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

/** The number of two digits. */
export function twoDigits(units: Uint16Array, at: number): number {
  return ((units[at] ?? 0) - 0x30) * 10 + (units[at + 1] ?? 0) - 0x30;
}

/** Space, parentheses, hyphen, dot, slash. */
const isOfGap = (code: number): boolean =>
  code === 0x20 || code === 0x28 || code === 0x29 || code === 0x2d || code === 0x2e || code === 0x2f;

/**
 * Hands over the runs of a text that have at least so many digits, each character looked at a few times at most. A run is
 * to be used at once: it is the next one afterwards.
 */
export function forEachRun(
  units: Uint16Array,
  length: number,
  fewestDigits: number,
  use: (run: NumberRun) => void,
): void {
  const end = margin + length;
  const run = { bounds: ofUsualRuns, count: 0 };
  for (let at = margin; at < end; at += 1) {
    if (!isDigit(units[at] ?? 0)) continue;
    let bounds = run.bounds;
    let count = 0;
    let digits = 0;
    for (let start = at; start >= 0; start = nextGroup(units, at)) {
      at = endOfGroup(units, start);
      digits += at - start;
      // As many as may be left: to make it longer again and again would cost more than all else here.
      if (2 * count === bounds.length) bounds = longer(bounds, end - start);
      bounds[2 * count] = start;
      bounds[2 * count + 1] = at;
      count += 1;
    }
    if (digits < fewestDigits) continue;
    run.bounds = bounds;
    run.count = count;
    use(run);
  }
}

/** With room for so many more. */
function longer(bounds: Int32Array, more: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(bounds.length + more + 2);
  made.set(bounds);
  return made;
}

function endOfGroup(units: Uint16Array, start: number): number {
  let end = start + 1;
  while (isDigit(units[end] ?? 0)) end += 1;
  return end;
}

/** Negative where the run ends. */
function nextGroup(units: Uint16Array, end: number): number {
  let at = end;
  while (at - end < longestGap && isOfGap(units[at] ?? 0)) at += 1;
  return at > end && isDigit(units[at] ?? 0) ? at : -1;
}
