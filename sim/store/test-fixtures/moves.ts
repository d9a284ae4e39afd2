import fc from 'fast-check';
import type { Course } from '../../../domain/release/course.ts';
import { newProgress, type Progress } from '../../../domain/release/progress.ts';
import type { Ending, ReleaseState } from '../../../domain/release/release.ts';

// Moves of a release that the simulation's store and the real one are both asked to make.

/** A run of a workflow: of two workflows, each of which goes on in a second run. */
export interface RunOfTwo {
  readonly workflow: 0 | 1;
  readonly isSecond: boolean;
}

export type Move =
  | { op: 'create'; revision: number }
  | { op: 'open'; run: RunOfTwo }
  | { op: 'enter'; stage: Stage; run: RunOfTwo; sequence: number }
  | { op: 'record'; stage: Stage; run: RunOfTwo; sequence: number }
  | { op: 'keep'; run: RunOfTwo; sequence: number }
  | { op: 'raise'; stage: Stage; weight: number; behind: 0 | 1 }
  | { op: 'promote'; behind: 0 | 1 }
  | { op: 'renew'; ttlMs: number }
  | { op: 'command'; kind: 'pause' | 'resume' | 'promote' | 'abort'; resume: boolean }
  | { op: 'apply'; run: RunOfTwo; sequence: number }
  | { op: 'restart'; run: RunOfTwo }
  | { op: 'withdraw'; run: RunOfTwo; behind: 0 | 1; ending: Ending }
  | { op: 'press'; takeOut: number | undefined }
  | { op: 'close'; outcome: 'blocked' | 'inconclusive' | 'failed' | 'aborted' | 'rolled_back' };

type Stage = 'canary-5' | 'canary-25';

/** What there is after a move, and what came of it: everything that a later move can depend on. */
export interface Seen {
  /** `refused` where an error said that it is not to be. */
  result: string;
  split: { version: number; stable: number; candidate: number | null; weight: number; isOwn: boolean };
  state: ReleaseState | null;
  ending: Ending | null;
  firstRun: string | null;
  restarting: boolean;
  kept: { run: string; sequence: number } | null;
  stages: string[];
  /** Numbers of the commands that nobody has applied, in the order in which they are read. */
  unapplied: number[];
  leaseMs: number | null;
  condemned: Record<string, string>;
}

/** Makes moves somewhere, and says what there is afterwards. */
export interface Player {
  play(move: Move): Promise<Seen> | Seen;
}

export const revisions = 4;
export const labelOf = (revision: number): string => `s${revision}`;
export const firstRunOf = ({ workflow }: RunOfTwo): string => `run-${workflow}`;
export const runIdOf = (run: RunOfTwo): string => `${firstRunOf(run)}${run.isSecond ? '-second' : ''}`;

const step = { stage: 'canary-5', weight: 5, holdMs: 400, minExposures: 10, bake: false };
const course: Course = {
  ...{ steps: [step], compare: { ...step, stage: 'compare', weight: 50 }, maxHoldMs: 1 },
  ...{ onInconclusive: 'pause', maxPauseMs: 1, maxBlindMs: 1, leaseMs: 1 },
};

/** A state of which only its number matters. */
export function stateOf(sequence: number): Progress {
  return { ...newProgress({ course, splitVersion: 1 }, 0), sequence };
}

const run = fc.record({
  workflow: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0 as const) },
    { weight: 1, arbitrary: fc.constant(1 as const) },
  ),
  isSecond: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});
const stage = fc.constantFrom('canary-5' as const, 'canary-25' as const);
const sequence = fc.nat({ max: 9 });
const behind = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0 as const) },
  { weight: 1, arbitrary: fc.constant(1 as const) },
);
const revision = fc.nat({ max: revisions - 1 });
const op = <Op extends string>(name: Op) => fc.constant(name);

const weighted: { weight: number; arbitrary: fc.Arbitrary<Move> }[] = [
  { weight: 5, arbitrary: fc.record({ op: op('create'), revision }) },
  { weight: 5, arbitrary: fc.record({ op: op('open'), run }) },
  { weight: 4, arbitrary: fc.record({ op: op('enter'), stage, run, sequence }) },
  { weight: 2, arbitrary: fc.record({ op: op('record'), stage, run, sequence }) },
  { weight: 2, arbitrary: fc.record({ op: op('keep'), run, sequence }) },
  { weight: 6, arbitrary: fc.record({ op: op('raise'), stage, weight: fc.constantFrom(5, 25), behind }) },
  { weight: 4, arbitrary: fc.record({ op: op('promote'), behind }) },
  { weight: 2, arbitrary: fc.record({ op: op('renew'), ttlMs: fc.constantFrom(1_000, 60_000) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      ...{ op: op('command'), resume: fc.boolean() },
      kind: fc.constantFrom(...(['pause', 'resume', 'promote', 'abort'] as const)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: op('apply'), run, sequence }) },
  { weight: 2, arbitrary: fc.record({ op: op('restart'), run }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ op: op('withdraw'), run, behind },
      ending: fc.constantFrom(...(['rolled_back', 'failed'] as const)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: op('press'), takeOut: fc.option(revision, { nil: undefined, freq: 2 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: op('close'),
      outcome: fc.constantFrom(...(['blocked', 'inconclusive', 'failed', 'aborted', 'rolled_back'] as const)),
    }),
  },
];

const own = { workflow: 0, isSecond: false } as const;
const beginning: Move[] = [
  { op: 'create', revision: 1 },
  { op: 'open', run: own },
];
const served: Move[] = [
  { op: 'enter', stage: 'canary-5', run: own, sequence: 1 },
  { op: 'raise', stage: 'canary-5', weight: 5, behind: 0 },
];

/** Begins with a release, half of them with one that is served, so that there is something to make moves with. */
export const schedules: fc.Arbitrary<Move[]> = fc
  .tuple(fc.boolean(), fc.array(fc.oneof(...weighted), { minLength: 8, maxLength: 24 }))
  .map(([isServed, moves]) => [...beginning, ...(isServed ? served : []), ...moves]);
