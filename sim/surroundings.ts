import type { Course } from '../domain/release/course.ts';
import type { Judge, Served } from './judge.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { SplitVersion } from './store/rows.ts';
import type { Store } from './store/store.ts';

/** Shares of what goes wrong for a while. */
export type Faults = Record<'slowWriter' | 'staleReplica', number>;

/** What a part of the world sees of the others. */
export interface Neighbours {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly course: Course;
  readonly judge: Judge;
  readonly store: Store;
  readonly faults: Readonly<Faults>;
  readonly databaseIsUp: boolean;
  /** Nothing valid can be measured. */
  readonly isBlind: boolean;
  readonly nowMs: () => number;
  /** Something that may not happen whatever else does: an error of the code itself. */
  readonly onDefect: (error: unknown) => void;
  pause(ms: number): Promise<void>;
  /** What served at a moment. */
  splitAt(atMs: number): SplitVersion;
  isSeenToBeBad(releaseId: string): boolean;
  /** How often the candidate of a version was asked. */
  exposures(version: number): number;
  /** A gateway answers a request. */
  served(gateway: string, version: number, by: Served): void;
}
