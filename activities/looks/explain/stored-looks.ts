import { z } from 'zod';
import type { EvidenceRow } from '../../../config-store/looks/counted.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import { courseOf } from '../judging/course.ts';
import type { StageLook } from '../due-looks.ts';
import { incrementsOfRow } from '../judging/increments.ts';
import { judgeLooks, type LookJudgement } from '../judging/judge-looks.ts';

const segmentSchema = z.object({
  name: z.string(),
  evidence: z.number(),
  actsAt: z.number(),
  candidateRate: z.number().nullable(),
  stableRate: z.number().nullable(),
  leads: z.literal(true).optional(),
});

const judgementSchema = z.looseObject({
  verdict: z.string().optional(),
  fail: z.boolean().optional(),
  confident: z.boolean().optional(),
  notCounted: z.array(z.string()).default([]),
  guardrails: z
    .array(
      z.looseObject({
        name: z.string(),
        kind: z.string().optional(),
        dryRun: z.boolean().optional(),
        evidence: z.number(),
        threshold: z.number(),
        actsAt: z.number().optional(),
        candidateRate: z.number().nullable(),
        stableRate: z.number().nullable(),
        segment: segmentSchema.optional(),
        note: z.string().optional(),
      }),
    )
    .default([]),
});

export type StoredJudgement = z.infer<typeof judgementSchema>;
export type JudgedRelease = Pick<ReleaseRow, 'plan' | 'rules'>;

/** A look as it is stored: what it counted, and what it came to. */
export interface ExplainedLook {
  readonly row: EvidenceRow;
  readonly increments: StageLook;
  readonly judgement: StoredJudgement;
}

/** Throws `broken_measurement` for a look whose counts cannot be read. */
export function storedLooks(rows: readonly EvidenceRow[]): ExplainedLook[] {
  return rows.map(storedLook);
}

/** Throws `broken_measurement` for a look whose counts cannot be read. */
export function storedLook(row: EvidenceRow): ExplainedLook {
  return {
    row,
    increments: { stage: row.stage, ...incrementsOfRow(row.counts) },
    judgement: judgementSchema.parse(row.judgement),
  };
}

export interface Present {
  readonly splitVersion: number;
  readonly weight: number;
  readonly stage: string;
  readonly minExposures: number;
}

/** What a look was judged under: the step of its stage, and the share that its split version served. */
export function presentOf(
  { row: { stage, splitVersion } }: ExplainedLook,
  { plan }: JudgedRelease,
  weights: ReadonlyMap<number, number>,
): Present {
  const { steps, compare } = courseOf(plan);
  // In the stage `finish` the last step goes on being looked at.
  const step = [...steps, compare].find((each) => each.stage === stage) ?? steps.at(-1) ?? compare;
  return {
    splitVersion,
    stage,
    minExposures: step.minExposures,
    weight: weights.get(splitVersion) ?? step.share ?? step.weight,
  };
}

/** Judges looks as the newest of them was judged. */
export function judgedAgain(
  looks: readonly ExplainedLook[],
  release: JudgedRelease,
  weights: ReadonlyMap<number, number>,
): LookJudgement | undefined {
  const newest = looks.at(-1);
  if (newest === undefined) return undefined;
  return judgeLooks(
    looks.map(({ increments }) => increments),
    release,
    presentOf(newest, release, weights),
  );
}
