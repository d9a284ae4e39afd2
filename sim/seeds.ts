import type { Move } from './people.ts';
import type { Violation } from './world.ts';

export interface SeedsToPlay {
  readonly first: number;
  readonly count: number;
  readonly bug?: string;
  /** End at the first seed that breaks something, and shrink it. */
  readonly stopAtFirst: boolean;
  /** Instead of the seed's own. */
  readonly moves?: readonly Move[];
}

export interface SeedResult {
  readonly seed: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  /** The moves that were made, by name. */
  readonly faults: readonly string[];
  /** The shortest list of moves that still breaks it. */
  readonly shrunk?: { readonly moves: readonly Move[]; readonly trace: readonly string[] };
}
