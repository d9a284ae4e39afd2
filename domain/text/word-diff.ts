/** A piece of two texts: in both, in the former alone, or in the latter alone. */
export interface DiffPiece {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Comparisons of words at most; beyond, what lies between the first and the last difference counts as replaced. */
const mostComparisons = 4_000_000;

/**
 * What became of a text, word by word: put together, `same` and `removed` are the former text, `same` and `added` the
 * latter. By the longest common subsequence of words (Wagner and Fischer, 1974), white space being a word of its own.
 */
export function wordDiff(before: string, after: string): DiffPiece[] {
  const [former, latter] = [wordsOf(before), wordsOf(after)];
  const head = sharedLength(former, latter);
  const tail = sharedLength(former.slice(head).reverse(), latter.slice(head).reverse());
  const middle = between(former.slice(head, former.length - tail), latter.slice(head, latter.length - tail));
  return joined([
    ...former.slice(0, head).map(same),
    ...middle,
    ...former.slice(former.length - tail).map(same),
  ]);
}

/** Lines of a diff by words, as `git diff --word-diff` writes them: those that changed, with one line around each. */
export function wordDiffLines(before: string, after: string): string[] {
  const marked = wordDiff(before, after)
    .map(({ kind, text }) =>
      text
        .split('\n')
        .map((part) => markOf(kind, part))
        .join('\n'),
    )
    .join('');
  const changes = new Set(changedLines(wordDiff(before, after)));
  const lines = marked.split('\n');
  const isShown = (i: number): boolean => changes.has(i - 1) || changes.has(i) || changes.has(i + 1);
  return lines.flatMap((line, i) => {
    if (isShown(i)) return [line];
    return i > 0 && isShown(i - 1) && lines.slice(i).some((_, j) => isShown(i + j)) ? ['…'] : [];
  });
}

function markOf(kind: DiffPiece['kind'], text: string): string {
  if (kind === 'same' || text === '') return text;
  return kind === 'removed' ? `[-${text}-]` : `{+${text}+}`;
}

/** Which lines of the marked text hold a change, from 0. */
function changedLines(pieces: readonly DiffPiece[]): number[] {
  let line = 0;
  return pieces.flatMap(({ kind, text }) => {
    const parts = text.split('\n');
    const from = line;
    line += parts.length - 1;
    if (kind === 'same') return [];
    const isAll = parts.every((part) => part === '');
    return parts.flatMap((part, i) => (part === '' && !isAll ? [] : [from + i]));
  });
}

function wordsOf(text: string): string[] {
  return text.match(/\n|[^\S\n]+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

function sharedLength(former: readonly string[], latter: readonly string[]): number {
  const most = Math.min(former.length, latter.length);
  for (let i = 0; i < most; i += 1) if (former[i] !== latter[i]) return i;
  return most;
}

function between(former: readonly string[], latter: readonly string[]): DiffPiece[] {
  if (former.length * latter.length > mostComparisons) return [...former.map(removed), ...latter.map(added)];
  const lengths = commonLengths(former, latter);
  const width = latter.length + 1;
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  const pieces: DiffPiece[] = [];
  let [i, j] = [0, 0];
  while (i < former.length || j < latter.length) {
    const [word, other] = [former[i], latter[j]];
    if (word !== undefined && word === other) {
      pieces.push(same(word));
      [i, j] = [i + 1, j + 1];
    } else if (word !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push(removed(word));
      i += 1;
    } else if (other !== undefined) {
      pieces.push(added(other));
      j += 1;
    }
  }
  return pieces;
}

/** Lengths of the longest common subsequences of all ends of two lists, row by row. */
function commonLengths(former: readonly string[], latter: readonly string[]): Uint32Array {
  const width = latter.length + 1;
  const lengths = new Uint32Array((former.length + 1) * width);
  for (let i = former.length - 1; i >= 0; i -= 1) {
    for (let j = latter.length - 1; j >= 0; j -= 1) {
      const [down, right] = [lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0];
      const both = (lengths[(i + 1) * width + j + 1] ?? 0) + 1;
      lengths[i * width + j] = former[i] === latter[j] ? both : Math.max(down, right);
    }
  }
  return lengths;
}

function joined(pieces: readonly DiffPiece[]): DiffPiece[] {
  const list: DiffPiece[] = [];
  for (const piece of pieces) {
    const last = list.at(-1);
    if (last?.kind === piece.kind) list[list.length - 1] = { kind: piece.kind, text: last.text + piece.text };
    else list.push(piece);
  }
  return list;
}

const same = (text: string): DiffPiece => ({ kind: 'same', text });
const removed = (text: string): DiffPiece => ({ kind: 'removed', text });
const added = (text: string): DiffPiece => ({ kind: 'added', text });
