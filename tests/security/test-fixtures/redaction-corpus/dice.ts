/** Numbers that are the same at every run (mulberry32). */
export function seeded(seed: number) {
  let state = seed;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(unit() * count);
  const between = (from: number, to: number): number => from + below(to - from + 1);
  return {
    below,
    between,
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
    digits: (count: number): string =>
      Array.from({ length: count }, (_, i) => String(i === 0 ? between(1, 9) : below(10))).join(''),
    hex: (count: number): string => Array.from({ length: count }, () => below(16).toString(16)).join(''),
    letters: (count: number, of = 'ABCDEFGHJKLMNPQRSTUVWXYZ'): string =>
      Array.from({ length: count }, () => of[below(of.length)]).join(''),
  };
}

export type Dice = ReturnType<typeof seeded>;
/** Makes a text of one kind. */
export type Make = (dice: Dice) => string;

export const two = (value: number): string => String(value).padStart(2, '0');
