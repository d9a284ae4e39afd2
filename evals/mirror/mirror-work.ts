import { z } from 'zod';
import { decidePairedArms, type ArmPair, type PairedArmsDecision } from '../../analysis/gate/paired-arms.ts';
import { SluiceError } from '../../domain/errors.ts';
import { mirrorSchema } from '../../domain/release/plan.ts';
import { judgeReplayed, type ReplayedGuardrail } from './replayed-guardrails.ts';
import { workKey, type WorkItem, type WorkResult } from '../run/work.ts';

const { documents, minPairs } = mirrorSchema.shape;

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
};

/** Pairs of requests that redaction has altered: for people to look at. */
export type ShownPairs = Pick<PairedArmsDecision, 'pairs' | 'candidateFailed' | 'stableFailed'>;

/** The calls of a replay: each sample on both arms, side by side. */
export function mirrorItems({ candidate, stable, samples }: MirrorPlan): WorkItem[] {
  return samples.flatMap(({ id }) =>
    [candidate, stable].map((revision) => ({ caseId: id, revision, target: 0, repeat: 0 })),
  );
}

/**
 * Decides a replay from the samples that both arms have been asked; those that expired before are no pairs, and those that
 * redaction has altered are requests that nobody made: they decide nothing.
 *
 * @throws SluiceError `broken_measurement` where stable, which serves production, fails in staging by itself
 */
export function decideMirrorPlan(plan: MirrorPlan, results: readonly WorkResult[]): MirrorDecision {
  const judged = { ...plan, samples: plan.samples.filter(({ altered }) => altered !== true) };
  const pairs = answeredPairs(judged, results);
  requireStaging(
    pairs.map(({ stableVerdict }) => stableVerdict),
    results,
    plan,
  );
  const decision = decidePairedArms({ pairs, margin: plan.margin, minPairs: plan.minPairs });
  const replayed = judgeReplayed(judged, results);
  // What answered is not what would serve: nothing is known of that, good or bad (invariant 26).
  const unknown = decision.outcome === 'pass' && replayed.some(({ exceeded }) => exceeded);
  return {
    ...{ ...decision, ...(unknown ? { outcome: 'inconclusive' as const } : {}), guardrails: replayed },
    ...shownOf(plan, results),
  };
}

function shownOf(plan: MirrorPlan, results: readonly WorkResult[]): { readonly shown?: ShownPairs } {
  const samples = plan.samples.filter(({ altered }) => altered === true);
  if (samples.length === 0) return {};
  const pairs = answeredPairs({ ...plan, samples }, results);
  const failed = (is: (pair: ArmPair) => boolean): number => pairs.filter((pair) => !is(pair)).length;
  const candidateFailed = failed(({ candidateOk }) => candidateOk);
  return {
    shown: { pairs: pairs.length, candidateFailed, stableFailed: failed(({ stableOk }) => stableOk) },
  };
}

/** The samples that both arms have been asked, with how each answered. */
function answeredPairs(
  { samples, candidate: candidateRevision, stable: stableRevision }: MirrorPlan,
  results: readonly WorkResult[],
): (ArmPair & { readonly stableVerdict: WorkResult['verdict'] })[] {
  const found = new Map(results.map((result) => [workKey(result), result]));
  const resultOf = (caseId: string, revision: string) =>
    found.get(workKey({ caseId, revision, target: 0, repeat: 0 }));
  return samples.flatMap(({ id, group }) => {
    const [candidate, stable] = [resultOf(id, candidateRevision), resultOf(id, stableRevision)];
    if (candidate === undefined || stable === undefined) return [];
    const oks = { candidateOk: isGood(candidate, stable), stableOk: isGood(stable, candidate) };
    return [{ ...oks, stableVerdict: stable.verdict, ...(group === undefined ? {} : { group }) }];
  });
}

/** Callers may well ask for short answers: one that is cut off is bad where the other arm's to the same request is not. */
function isGood(result: WorkResult, other: WorkResult): boolean {
  const cutAlone = result.details.cut !== undefined && other.details.cut === undefined;
  return result.verdict === 'passed' && !cutAlone;
}

function requireStaging(
  verdicts: readonly WorkResult['verdict'][],
  results: readonly WorkResult[],
  { stable }: MirrorPlan,
): void {
  const failed = verdicts.filter((verdict) => verdict !== 'passed').length;
  if (failed <= verdicts.length / 2) return;
  const code =
    results.find(({ revision, error }) => revision === stable && error !== undefined)?.error ?? 'unknown';
  throw new SluiceError(
    'broken_measurement',
    `Stable, which serves production, fails ${failed} of ${verdicts.length} replayed requests in staging (${code}).`,
    { remedy: 'Mend the staging environment, then start the release again.' },
  );
}
