import { createRandom as createSource } from '../bench/analysis/random.ts';

/** Chances that come again with the same seed. */
export interface Random {
  /** In 0..1, 1 excluded. */
  next(): number;
  /** A whole number in `from..to`, both included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
}

export function createRandom(seed: number): Random {
  const source = createSource(seed);
  const next = (): number => source.uniform();
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: <T>(from: readonly [T, ...T[]]): T => from[Math.floor(next() * from.length)] ?? from[0],
  };
}
