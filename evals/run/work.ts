import { z } from 'zod';
import type { MirroredFacts } from '../mirror/mirrored-facts.ts';
import type { AssertionName, JudgedBy } from '../assertions/answer.ts';
import type { ReportedVerdict } from './scoring.ts';
import { evaluateSchema } from '../../domain/release/plan.ts';

const { maxRepeats, critical } = evaluateSchema.shape;
const rate = z.number().min(0).max(1);

/** What an evaluation is about; nothing in it is content. Kept with the run, so that it can be computed again. */
export const evalPlanSchema = z.strictObject({
  /** Absent in plans of before, whose target 0 is the chain as it is; since then it is the chain's first target alone. */
  version: z.literal(2).exactOptional(),
  /** Digest of the revision that is evaluated. */
  candidate: z.string(),
  /** Digest of the revision that it is compared with. */
  stable: z.string().exactOptional(),
  cases: z.array(
    z.strictObject({
      id: z.string(),
      critical: z.boolean(),
      group: z.string().exactOptional(),
      /** The prompt that it asks, where the candidate has several. */
      prompt: z.string().exactOptional(),
      /** Judges whose verdicts count in it. */
      judges: z.array(z.string()).min(1).exactOptional(),
      /** Stable does not have its prompt: there is nothing to compare it with. */
      alone: z.literal(true).exactOptional(),
    }),
  ),
  /** Cases that judges alone judge who were not admitted: they are asked once of each arm, shown, and decide nothing. */
  reported: z
    .array(z.strictObject({ id: z.string(), alone: z.literal(true).exactOptional() }))
    .exactOptional(),
  /** The judges that were asked, by name: their verdicts are of these digests. */
  judges: z.record(z.string(), z.string()).exactOptional(),
  /** What labels say of them, of several of that which sees least: rates are corrected by it. Absent in plans of before. */
  labels: z
    .strictObject({
      ...{ goodPassed: z.number(), goodFailed: z.number(), badPassed: z.number(), badFailed: z.number() },
    })
    .exactOptional(),
  /** Prompts of the candidate that no case asks. */
  promptsWithoutCases: z.array(z.string()).exactOptional(),
  /** Length of the candidate's chain: critical cases also run on each target after the first. */
  targets: z.int().min(1),
  /** The names of these targets, as `openai/gpt-5-mini`: what people read of them. */
  chain: z.array(z.string()).exactOptional(),
  /** Targets and environments that could not be probed when the evaluation was planned, as sentences. */
  notProbed: z.array(z.string()).exactOptional(),
  /** Without the defaults and the bounds that a plan's file has: what was stored before is read as it is. */
  settings: z.strictObject({
    minPassRate: rate,
    margin: rate,
    maxRepeats: maxRepeats.unwrap(),
    critical: critical.unwrap(),
  }),
});
export type EvalPlan = z.infer<typeof evalPlanSchema>;

/** One call: a case on a revision. Every one is accounted for once. */
export interface WorkItem {
  readonly caseId: string;
  /** Digest. */
  readonly revision: string;
  /** Index of the one target of the chain that is asked. (In a plan of before, 0 is the chain as it is.) */
  readonly target: number;
  /** Counts from 0. */
  readonly repeat: number;
}

/**
 * What is known of a call. `failed`: the answer is not as it must be, or the revision gave none. `not-judged`: there is
 * an answer, and an assertion could not be asked about it. `not-asked`: the way to the revision refused the call. The
 * last two are neither a pass nor a failure of the revision (invariant 26): an evaluation with them never passes, and
 * never blocks because of them.
 */
export const callVerdicts = ['passed', 'failed', 'not-judged', 'not-asked'] as const;
export type CallVerdict = (typeof callVerdicts)[number];

/** What became of a work item. */
export interface WorkResult extends WorkItem {
  readonly verdict: CallVerdict;
  /** Absent where there was no answer to score. */
  readonly score?: number;
  /** Why there is no score: the call failed, the answer could not be judged, or nobody was asked. */
  readonly error?: string;
  readonly latencyMs?: number;
  readonly costUsd?: number;
  readonly details: {
    /** Why it did not pass. */
    readonly reasons?: string[];
    /** The beginning of an answer that did not pass; of one that passed where the runner keeps them. */
    readonly output?: string;
    /** The assertions that it failed. */
    readonly failedBy?: AssertionName[];
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    /**
     * Of a mirrored answer: above 1, production would have failed over for it. How often its target was asked until it
     * answered, refusals left out; in plans of before, how many targets there were up to the one that answered.
     */
    readonly attempts?: number;
    /** Of a mirrored answer: it was cut off, and by what (a finish reason). */
    readonly cut?: 'length' | 'content_filter';
    /** Of a mirrored answer: what it is compared by. */
    readonly facts?: MirroredFacts;
    /** Index of the target that answered. */
    readonly answeredBy?: number;
    /** Judges whose verdicts count in it. */
    readonly judged?: JudgedBy[];
    /** What judges said that were not admitted. */
    readonly reported?: ReportedVerdict[];
    /** HTTP status by which the provider refused the call. */
    readonly status?: number;
    /** Written by versions of before, of a provider's outage: no result of anybody, and asked again. */
    readonly fault?: 'provider';
  };
}

/** The target that a call of a plan is pinned to; undefined: the chain as it is, as plans of before have it. */
export function pinnedTarget({ version }: { readonly version?: 2 }, target: number): number | undefined {
  return version === undefined && target === 0 ? undefined : target;
}

/** The arm that a revision of a plan is compared with; undefined where there is none. */
export function otherArm(
  { candidate, stable }: Pick<EvalPlan, 'candidate' | 'stable'>,
  revision: string,
): string | undefined {
  return revision === candidate ? stable : candidate;
}

/** Is it known whether the revision does what the case asks? */
export function isKnown({ verdict }: Pick<WorkResult, 'verdict'>): boolean {
  return verdict === 'passed' || verdict === 'failed';
}

/** Names a work item in a map. */
export function workKey({ caseId, revision, target, repeat }: WorkItem): string {
  return JSON.stringify([caseId, revision, target, repeat]);
}
