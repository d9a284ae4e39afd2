/** A run of text: in both, or in one of the two alone. */
export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** More than this many pairs of pieces are not compared one by one: what differs is then shown whole. */
const mostPairs = 1_000_000;

type Run = readonly [kind: DiffPart['kind'], pieces: readonly string[]];

/** The longest common subsequence by dynamic programming, what both begin and end with left aside. */
function runsOf(before: readonly string[], after: readonly string[]): Run[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const middle = between(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [['same', before.slice(0, start)], ...middle, ['same', before.slice(before.length - end)]];
}

function between(before: readonly string[], after: readonly string[]): Run[] {
  if (before.length * after.length > mostPairs || before.length === 0 || after.length === 0) {
    return [
      ['removed', before],
      ['added', after],
    ];
  }
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return walk(before, after, at);
}

function walk(
  before: readonly string[],
  after: readonly string[],
  at: (i: number, j: number) => number,
): Run[] {
  const runs: Run[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old = '', young = ''] = [before[i], after[j]];
    if (i < before.length && j < after.length && old === young) {
      runs.push(['same', [old]]);
      i += 1;
      j += 1;
    } else if (i < before.length && (j === after.length || at(i + 1, j) >= at(i, j + 1))) {
      runs.push(['removed', [old]]);
      i += 1;
    } else {
      runs.push(['added', [young]]);
      j += 1;
    }
  }
  return runs;
}

/** Runs of one kind that follow each other are one part. */
function joined(runs: readonly Run[]): DiffPart[] {
  const parts: DiffPart[] = [];
  for (const [kind, pieces] of runs) {
    if (pieces.length === 0) continue;
    const last = parts.at(-1);
    if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + pieces.join('') };
    else parts.push({ kind, text: pieces.join('') });
  }
  return parts;
}

const linesOf = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const wordsOf = (text: string) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/**
 * What differs between two texts, word by word. Lines are compared first, so that long texts take no longer than what
 * differs in them; then the words of the lines that do.
 */
export function wordDiff(before: string, after: string): DiffPart[] {
  const runs: Run[] = [];
  let removed = '';
  let added = '';
  const flush = () => {
    runs.push(...runsOf(wordsOf(removed), wordsOf(added)));
    removed = '';
    added = '';
  };
  for (const { kind, text } of joined(runsOf(linesOf(before), linesOf(after)))) {
    if (kind === 'removed') removed += text;
    else if (kind === 'added') added += text;
    else {
      flush();
      runs.push(['same', [text]]);
    }
  }
  flush();
  return joined(runs);
}

/** How many lines are on either side alone: `+4 −1`. */
export function changedLines(
  before: string,
  after: string,
): { readonly added: number; readonly removed: number } {
  const count = (kind: DiffPart['kind']) =>
    runsOf(linesOf(before), linesOf(after))
      .filter(([of]) => of === kind)
      .reduce((sum, [, pieces]) => sum + pieces.length, 0);
  return { added: count('added'), removed: count('removed') };
}

const contextLines = 2;

/** What is the same is shown as far as it helps to find the place: some lines before and after what differs. */
export function withoutTheMiddle(text: string, place: 'start' | 'middle' | 'end'): string {
  const lines = linesOf(text);
  const before = place === 'start' ? 0 : contextLines;
  const after = place === 'end' ? 0 : contextLines;
  const left = lines.length - before - after;
  if (left <= 1) return text;
  const head = lines.slice(0, before).join('');
  const tail = after === 0 ? '' : lines.slice(-after).join('');
  return `${head}⋯ ${left} lines\n${tail}`;
}
