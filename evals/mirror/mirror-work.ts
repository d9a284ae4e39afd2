import { z } from 'zod';
import { decidePairedArms, type PairedArmsDecision } from '../../analysis/gate/paired-arms.ts';
import { comparePairs, type ComparedPairs } from '../../analysis/mirror/compare-pairs.ts';
import { compareScores, type ScoreComparison } from '../../analysis/mirror/compare-scores.ts';
import { shortcomingsOf, type MirroredPair } from '../../analysis/mirror/mirrored-pair.ts';
import { worstPairs, type WorstPair } from '../../analysis/mirror/worst-pairs.ts';
import { judgesSightSchema } from '../../domain/guardrail/means/mean.ts';
import { SluiceError } from '../../domain/errors.ts';
import { mirrorSchema } from '../../domain/release/plan.ts';
import { judgeReplayed, type ReplayedGuardrail } from './replayed-guardrails.ts';
import type { WorkItem, WorkResult } from '../run/work.ts';
import { mirroredPairs } from './mirrored-pairs.ts';

const { documents, minPairs } = mirrorSchema.shape;

const count = z.int().min(0);

/** What there was of samples, by stratum, and why some of them are not asked. */
export const sampleChoiceSchema = z.object({
  strata: z.array(z.object({ name: z.string(), later: z.boolean(), there: count, taken: count })),
  /** A newer one asks the same. */
  repeats: count,
  /** Sealed by another key, of a newer version, or no requests any more. */
  unreadable: count,
});
export type SampleChoice = z.infer<typeof sampleChoiceSchema>;

/** What a mirror replay is about; ids alone, never content. */
export const mirrorPlanSchema = z.object({
  /** Absent in plans of before, which ask the chain as it is; since then each sample is asked of its first target alone. */
  version: z.literal(2).exactOptional(),
  candidate: z.string(),
  stable: z.string(),
  samples: z.array(
    z.strictObject({
      id: z.string(),
      group: z.string().exactOptional(),
      /** Redaction has made another request of it than production was asked: its pair is shown, never judged. */
      altered: z.literal(true).exactOptional(),
    }),
  ),
  /** It is known of each whether it is altered; absent in plans of before. */
  toldApart: z.literal(true).exactOptional(),
  /** Those of conversations that go on from answers of stable's. (A worker of before takes samples without a mark of it.) */
  later: z.array(z.string()).exactOptional(),
  /** Its suites score answers (`live`), and what they say decides. */
  scores: z.literal('decide').exactOptional(),
  /** The judges that may decide, by name: their verdicts are of these digests. */
  judges: z.record(z.string(), z.string()).exactOptional(),
  /** How much of a difference those see whom `live` asks; absent where it asks none, and in plans of before. */
  sight: judgesSightSchema.exactOptional(),
  /** What the samples were chosen from, by stratum, and what was left out; absent in plans of before. */
  choice: sampleChoiceSchema.exactOptional(),
  /** No planned sample is older. */
  since: z.iso.datetime(),
  // Without the defaults that a plan's file has: what a stored plan lacks is not made up.
  documents: documents.unwrap(),
  margin: z.number().min(0).max(1),
  minPairs: minPairs.unwrap(),
  /** The rules of the plan's guardrails that a replay can see, by name; those that are not there are not judged. */
  guardrails: z
    .record(z.string(), z.object({ kind: z.string().exactOptional(), ratio: z.number(), floor: z.number() }))
    .exactOptional(),
});
export type MirrorPlan = z.infer<typeof mirrorPlanSchema>;

/** What a replay came to, with what its guardrails saw. */
export type MirrorDecision = PairedArmsDecision & {
  readonly guardrails: ReplayedGuardrail[];
  readonly shown?: ShownPairs;
  /** First turns, and requests of no conversation. */
  readonly first: ComparedPairs;
  /** Later turns go on from what stable answered, which flatters the candidate. */
  readonly later?: ComparedPairs;
  /** What suites say of the answers, where they say anything under `live`. */
  readonly scores?: ScoreComparison;
  /** The same of later turns, which decide nothing. */
  readonly laterScores?: ScoreComparison;
  readonly worst: readonly WorstPair[];
};

/** Pairs of requests that redaction has altered: for people to look at. */
export type ShownPairs = Pick<PairedArmsDecision, 'pairs' | 'candidateFailed' | 'stableFailed'>;

/** So many are kept for people to look at. */
const mostWorst = 50;

/** The calls of a replay: each sample on both arms, side by side. */
export function mirrorItems({ candidate, stable, samples }: MirrorPlan): WorkItem[] {
  return samples.flatMap(({ id }) =>
    [candidate, stable].map((revision) => ({ caseId: id, revision, target: 0, repeat: 0 })),
  );
}

/**
 * Decides a replay from the samples that both arms have been asked; those that expired before are no pairs, and those that
 * redaction has altered are requests that nobody made: they decide nothing. An answer is good that is whole, says
 * something, is of the form that was promised, and declines nothing that the other arm answers. Where suites score answers
 * both tests have to pass, and either fails; a candidate that nothing could be judged of is neither.
 *
 * @throws SluiceError `broken_measurement` where stable, which serves production, fails in staging by itself
 */
export function decideMirrorPlan(plan: MirrorPlan, results: readonly WorkResult[]): MirrorDecision {
  const judged = wholeOf(plan);
  const pairs = mirroredPairs(judged, results);
  requireStaging(pairs, results, plan);
  const { margin, minPairs } = plan;
  const decision = decidePairedArms({ pairs: pairs.map(armPairOf), margin, minPairs });
  const replayed = judgeReplayed(judged, results);
  // What answered is not what would serve: nothing is known of that, good or bad (invariant 26).
  const unknown = decision.outcome === 'pass' && replayed.some(({ exceeded }) => exceeded);
  const [first, later] = [pairs.filter((pair) => !pair.later), pairs.filter((pair) => pair.later)];
  // Where a caller always sends turns along, examples say, no request looks like a first one.
  const rules = { margin, minPairs, ...(plan.sight === undefined ? {} : { sight: plan.sight }) };
  const scores = compareScores(first.length === 0 ? later : first, rules);
  const laterScores = first.length === 0 ? undefined : compareScores(later, rules);
  const outcome = unknown ? 'inconclusive' : outcomeOf(plan, decision.outcome, scores);
  return {
    ...{ ...decision, outcome, guardrails: replayed },
    ...shownOf(plan, results),
    first: comparePairs(first),
    ...(scores === undefined ? {} : { scores }),
    ...(laterScores === undefined ? {} : { laterScores }),
    ...(later.length === 0 ? {} : { later: comparePairs(later) }),
    worst: worstPairs(pairs, mostWorst),
  };
}

type Outcome = MirrorDecision['outcome'];

function outcomeOf(
  { scores: how }: MirrorPlan,
  answers: Outcome,
  scores: ScoreComparison | undefined,
): Outcome {
  if (how !== 'decide') return answers;
  const quality = scores?.outcome ?? 'inconclusive';
  if (answers === 'fail' || quality === 'fail') return 'fail';
  return answers === 'pass' && quality === 'pass' ? 'pass' : 'inconclusive';
}

/** The pairs that are judged: those of requests as they came. */
export function judgedPairs(plan: MirrorPlan, results: readonly WorkResult[]): MirroredPair[] {
  return mirroredPairs(wholeOf(plan), results);
}

function wholeOf(plan: MirrorPlan): MirrorPlan {
  return { ...plan, samples: plan.samples.filter(({ altered }) => altered !== true) };
}

function armPairOf({ candidate, stable, group }: MirroredPair) {
  return {
    candidateOk: shortcomingsOf(candidate, stable).length === 0,
    stableOk: shortcomingsOf(stable, candidate).length === 0,
    ...(group === undefined ? {} : { group }),
  };
}

function shownOf(plan: MirrorPlan, results: readonly WorkResult[]): { readonly shown?: ShownPairs } {
  const samples = plan.samples.filter(({ altered }) => altered === true);
  if (samples.length === 0) return {};
  const pairs = mirroredPairs({ ...plan, samples }, results).map(armPairOf);
  return {
    shown: {
      pairs: pairs.length,
      candidateFailed: pairs.filter(({ candidateOk }) => !candidateOk).length,
      stableFailed: pairs.filter(({ stableOk }) => !stableOk).length,
    },
  };
}

function requireStaging(
  pairs: readonly MirroredPair[],
  results: readonly WorkResult[],
  { stable: revision }: MirrorPlan,
): void {
  const failed = pairs.filter(({ stable: { failed: noAnswer, empty } }) => noAnswer || empty).length;
  if (failed <= pairs.length / 2) return;
  const code =
    results.find((result) => result.revision === revision && result.error !== undefined)?.error ?? 'unknown';
  throw new SluiceError(
    'broken_measurement',
    `Stable, which serves production, fails ${failed} of ${pairs.length} replayed requests in staging (${code}).`,
    { remedy: 'Mend the staging environment, then start the release again.' },
  );
}
