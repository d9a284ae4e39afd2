import type { EvalRunToCreate } from '../../config-store/evaluations/create-eval-run.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import type { MirrorSettings } from '../../domain/release/plan.ts';
import type { MirrorPlan } from '../../evals/mirror/mirror-work.ts';
import { replayedRules } from '../../evals/mirror/replayed-guardrails.ts';
import { keptForMs } from '../../protocols/samples/lifetimes.ts';
import { plannedSamples, type SamplesToAsk, type SampleStores } from './samples-to-ask.ts';
import { asJson } from './stored-gate.ts';

/**
 * The run of a mirror, pinned to the samples that are there now. They live no longer for that: what expires first is asked
 * first. Where there are too few that can be judged, those that redaction altered are asked for people to see.
 */
export function mirrorRun(
  { id: releaseId, app, revision, plan: { guardrails } }: ReleaseRow,
  {
    id,
    stable,
    mirror: { margin, minPairs, documents, samples: most },
    need,
    found: { whole, altered, choice },
    scores,
  }: {
    readonly id: string;
    readonly stable: string;
    readonly mirror: MirrorSettings;
    readonly need: number;
    readonly found: SamplesToAsk;
    readonly scores: Pick<MirrorPlan, 'scores' | 'judges'>;
  },
): EvalRunToCreate {
  const samples = [...whole, ...altered.slice(0, most - whole.length)].toSorted(
    (a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt),
  );
  const oldestMs = Math.min(...samples.map(({ createdAt }) => Date.parse(createdAt)));
  const plan: MirrorPlan = {
    ...{ version: 2, toldApart: true, candidate: revision, stable },
    samples: samples.map((sample) => ({
      id: sample.id,
      ...(sample.group === undefined ? {} : { group: sample.group }),
      ...(sample.altered ? { altered: true as const } : {}),
    })),
    later: samples.flatMap(({ id: sampleId, later }) => (later ? [sampleId] : [])),
    choice,
    ...scores,
    since: new Date(oldestMs - 1).toISOString(),
    documents,
    margin,
    minPairs: whole.length < need ? need : minPairs,
    guardrails: replayedRules({ guardrails }),
  };
  return {
    ...{ id, kind: 'mirror', releaseId, app, candidate: revision, stable },
    planned: asJson(plan),
    // What is derived from samples goes when the first of them goes (invariant 22); nothing of it is content.
    ttlMs: Math.max(1, oldestMs + keptForMs - Date.now()),
  };
}

/**
 * The plan with what is known of each sample. One of before does not tell whether redaction had altered it: those that are
 * there still are looked at, and what holds its marks is shown and not judged.
 */
export async function toldApart(
  stores: SampleStores,
  { app, environment }: Pick<ReleaseRow, 'app' | 'environment'>,
  plan: MirrorPlan,
): Promise<MirrorPlan> {
  if (plan.toldApart === true || plan.samples.length === 0) return plan;
  const there = await plannedSamples(stores, { app, environment, planned: plan.samples });
  const altered = new Set(there.flatMap((sample) => (sample.altered ? [sample.id] : [])));
  const samples = plan.samples.map((each) =>
    altered.has(each.id) ? { ...each, altered: true as const } : each,
  );
  return { ...plan, samples };
}
