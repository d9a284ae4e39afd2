import { z } from 'zod';
import type { CounterState } from '../../../analysis/guardrails/judge-counters.ts';
import type { JsonValue } from '../../../domain/json.ts';
import { isOfSegment } from '../../../domain/guardrail/segments/scope.ts';
import { digestOf } from '../../../domain/revision/digest.ts';
import type { StageLook } from '../due-looks.ts';
import type { Resumed } from './guardrail-looks.ts';
import { addCounters } from './add-counters.ts';
import { incrementsOfRow, rowOfIncrements } from './increments.ts';
import {
  badEventSchema,
  countsSchema,
  statesSchema,
  storedLogSchema,
  type MeanStates,
} from './mean-states.ts';

/** So many of the newest looks stay as they were: what holds a step is about them (hold-sentence.ts). */
const recentLooks = 40;

const closerSchema = badEventSchema.shape.looks;
const horizonSchema = z.object({ test: badEventSchema, raw: countsSchema });
const counterSchema: z.ZodType<CounterState> = z.object({
  ...{ short: horizonSchema, long: horizonSchema },
  noWorse: z
    .object({
      ...{ wealth: z.array(storedLogSchema), exposed: z.number(), bad: z.number() },
      looks: closerSchema,
    })
    .exactOptional(),
});
const lookSchema = z.object({ stage: z.string(), row: z.json() });

const stateSchema = z.object({
  version: z.literal(2),
  /** The look that it is after. */
  at: z.object({ stage: z.string(), look: z.number() }),
  splitVersions: z.array(z.number()),
  /** Of the evidence of the stage so far. */
  evidenceDigest: z.string(),
  /** The looks before the recent ones, those of a stage added up. */
  condensed: z.array(lookSchema),
  recent: z.array(lookSchema),
  tests: z.record(z.string(), z.array(counterSchema)),
  means: statesSchema.shape.means,
});
type Stored = z.infer<typeof stateSchema>;

/** Where the tests of a release are after a look. */
export interface JudgedState extends Omit<Stored, 'version' | 'condensed' | 'recent' | 'tests'> {
  readonly tests: Resumed['tests'];
  readonly looks: { readonly condensed: readonly StageLook[]; readonly recent: readonly StageLook[] };
}

/** As a look has stored it; undefined where another version of Sluice has, and all rows have to be read. */
export function judgedStateOf(stored: JsonValue | undefined): JudgedState | undefined {
  const { data } = stateSchema.safeParse(stored);
  if (data === undefined) return undefined;
  const { version: _, condensed, recent, ...rest } = data;
  const lookOf = ({ stage, row }: Stored['recent'][number]): StageLook => ({
    stage,
    ...incrementsOfRow(row),
  });
  return { ...rest, looks: { condensed: condensed.map(lookOf), recent: recent.map(lookOf) } };
}

export function storedState({ looks, ...rest }: JudgedState): object {
  const stored = ({ stage, ...increments }: StageLook) => ({ stage, row: rowOfIncrements(increments) });
  return { ...rest, version: 2, condensed: looks.condensed.map(stored), recent: looks.recent.map(stored) };
}

export interface LookDone {
  readonly at: JudgedState['at'];
  readonly splitVersion: number;
  readonly increments: StageLook;
  /** As its row has them. */
  readonly counts: JsonValue;
  readonly tests: JudgedState['tests'];
  readonly means: MeanStates['means'];
}

/** The state after one more look. */
export function stateAfter(
  before: Pick<JudgedState, 'at' | 'splitVersions' | 'evidenceDigest' | 'looks'> | undefined,
  { at, splitVersion, increments, counts, tests, means }: LookDone,
): JudgedState {
  const sameStage = before?.at.stage === at.stage;
  const { whole, segments } = apart(increments);
  const recent = [...(before?.looks.recent ?? []), whole];
  const old = recent.slice(0, -recentLooks);
  return {
    ...{ at, tests, means },
    splitVersions: [...new Set([...(before?.splitVersions ?? []), splitVersion])],
    evidenceDigest: digestOf([sameStage ? before.evidenceDigest : null, counts]),
    looks: {
      condensed: condense([...(before?.looks.condensed ?? []), ...old, ...segments]),
      recent: recent.slice(-recentLooks),
    },
  };
}

/** Of segments, which are many, the sums alone are asked for: they are in no recent look. */
function apart(look: StageLook): { readonly whole: StageLook; readonly segments: StageLook[] } {
  const all = Object.entries(look.counters);
  const counters = all.filter(([name]) => isOfSegment(name));
  if (counters.length === 0) return { whole: look, segments: [] };
  const whole = { ...look, counters: Object.fromEntries(all.filter(([name]) => !isOfSegment(name))) };
  const { stage } = look;
  // Its time is with the whole.
  return {
    whole,
    segments: [{ stage, elapsedMs: 0, dryRuns: {}, counters: Object.fromEntries(counters) }],
  };
}

/** One look for each stage, with the sums of its looks: of each split version on its own, and of the time. */
function condense(looks: readonly StageLook[]): StageLook[] {
  return [...Map.groupBy(looks, ({ stage }) => stage)].map(([stage, of]) => ({
    ...{ stage, dryRuns: {} },
    elapsedMs: of.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
    counters: addCounters(of.map(({ counters }) => counters)),
  }));
}
