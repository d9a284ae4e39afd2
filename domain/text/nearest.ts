/** Longer names are no slip of anybody's pen, and comparing them would take its time. */
const longest = 60;

/**
 * The name that was probably meant by another: the one with the fewest letters added, left out, changed or swapped (optimal
 * string alignment), if these are at most three, and fewer than half of it. Undefined where none is near.
 */
export function nearest(written: string, names: readonly string[]): string | undefined {
  if (written.length > longest) return undefined;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const distance = editsBetween(written.toLowerCase(), name.toLowerCase());
    const allowed = Math.min(3, Math.ceil(Math.max(written.length, name.length) / 2) - 1);
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name;
}

function editsBetween(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (last?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const oneMore = Math.min(last?.[j] ?? 0, row[j - 1] ?? 0) + 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(changed, oneMore, isSwap ? (before?.[j - 2] ?? 0) + 1 : Infinity));
    }
    [before, last] = [last, row];
  }
  return last?.[b.length] ?? 0;
}

/** `; did you mean "model"?`, or nothing. */
export function didYouMean(written: string, names: readonly string[]): string {
  const meant = nearest(written, names);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}
