import type { Move } from './people.ts';
import type { BrokenInvariant } from './world.ts';

/** What a program of its own plays: as far as the first seed that breaks something. */
export interface SeedsToPlay {
  readonly first: number;
  readonly count: number;
  readonly bug?: string;
  /** Tell all that happens in each. */
  readonly traced?: boolean;
}

export interface SeedResult {
  readonly seed: number;
  /** Which invariants were put to the question. */
  readonly judged: readonly string[];
  /** How many releases have ended how. */
  readonly ended: Readonly<Record<string, number>>;
  readonly violations: readonly BrokenInvariant[];
  readonly moves: readonly Move[];
  readonly trace?: readonly string[];
  /** Of a seed that breaks something: as few of its moves as still do, and all that happens with them. */
  readonly shortest?: Shortest;
}

export interface Shortest {
  readonly moves: readonly Move[];
  readonly violations: readonly BrokenInvariant[];
  readonly trace: readonly string[];
}
