import type { DataKeys } from '../../program/data-keys.ts';
import type { Pool } from 'pg';
import { createEvalRun } from '../../config-store/evaluations/create-eval-run.ts';
import { decideEvalRun } from '../../config-store/evaluations/decide-eval-run.ts';
import { insertEvalResults } from '../../config-store/evaluations/insert-eval-results.ts';
import {
  clearWaiting,
  noteWaiting,
  type WaitingNote,
} from '../../config-store/releases/progress/note-waiting.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import { readSamples } from '../../config-store/evaluations/read-samples.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { pairsToShow } from '../../analysis/gate/paired-arms.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { durationMs } from '../../domain/duration.ts';
import { SluiceError } from '../../domain/errors.ts';
import { subjectOf } from '../../domain/guardrail/registry.ts';
import type { MirrorSettings } from '../../domain/release/plan.ts';
import { targetName, type RevisionContent } from '../../domain/revision/revision.ts';
import { eachAtOnce } from '../../evals/run/each-at-once.ts';
import {
  decideMirrorPlan,
  mirrorItems,
  mirrorPlanSchema,
  type MirrorDecision,
  type MirrorPlan,
} from '../../evals/mirror/mirror-work.ts';
import { replay } from '../../evals/mirror/replay.ts';
import { replayedRules, type ReplayedGuardrail } from '../../evals/mirror/replayed-guardrails.ts';
import { createPatientGateway } from '../../evals/targets/patient-gateway.ts';
import type { Patience } from '../../evals/patience/patient-caller.ts';
import type { PinnedClientOptions } from '../../evals/targets/pinned-client.ts';
import { pinnedTarget, workKey, type WorkResult } from '../../evals/run/work.ts';
import { beatWhile } from '../looks/beat-while.ts';
import type { GateResult, MirrorActivities } from './contract.ts';
import { withFailures } from '../looks/failures.ts';
import { openSamples, type OpenedSample } from './open-samples.ts';
import { requireAsked } from './require-asked.ts';
import { requireParity } from '../looks/parity.ts';
import { requireContent, requireReleaseOf, requireRun, requireStored } from '../looks/required-rows.ts';
import { resultsOfRows, rowOfResult } from './result-rows.ts';
import { itemsOfShard, shardCount } from './shards.ts';
import { asJson, storedGate } from './stored-gate.ts';
import { tellingWaits } from '../release/telling-waits.ts';

export interface MirrorDependencies {
  db: Pool;
  /** The environment that the samples are replayed in. */
  stagingEnvironment: string;
  /** The staging gateway. */
  gateway: PinnedClientOptions;
  /** What samples are sealed with. */
  dataKeys: DataKeys;
  /** Calls in flight of one shard. */
  concurrency: number;
  /** What is known of the providers' limits, shared by all that this worker asks. */
  patience: Patience;
}

/** The staging mirror: requests of production, asked again in staging of both revisions, and compared in pairs. */
export function createMirrorActivities(dependencies: MirrorDependencies): MirrorActivities {
  const { db } = dependencies;
  return withFailures<MirrorActivities>({
    async planMirror({ releaseId, waitedMs }) {
      const release = await requireRelease(db, releaseId);
      const { mirror } = release.plan;
      if (mirror === 'skip') return { kind: 'skipped' };
      const runId = `${releaseId}-mirror`;
      const existing = await readEvalRun(db, runId);
      if (existing !== undefined) return plannedRound(existing);
      await requireParityFor(dependencies, release);
      const samples = await usableSamples(dependencies, release, mirror.samples);
      // Fewer pairs than the margin takes could only be inconclusive.
      const need = Math.min(Math.max(mirror.minPairs, pairsToShow(mirror.margin)), mirror.samples);
      if (samples.length >= need) {
        await clearWaiting(db, { releaseId });
        return plannedRound(await createRun(db, runId, release, mirror, samples));
      }
      const leftMs = durationMs(mirror.maxWait) - waitedMs;
      if (leftMs > 0) {
        await noteWaiting(db, { ...forSamples(releaseId, samples.length, need), leftMs });
        return { kind: 'waiting', have: samples.length, need };
      }
      return { kind: 'decided', gate: tooFewSamples(samples.length, need, mirror.maxWait) };
    },

    runMirrorShard: ({ runId, shard }) =>
      beatWhile(async (signal) => ({ calls: await runShard(dependencies, { runId, shard, signal }) })),

    async decideMirror({ runId }) {
      const run = await requireRun(db, runId);
      if (run.decision !== undefined) return storedGate(run);
      // Again, because staging has met the revisions' indexes only now.
      const release = await requireReleaseOf(db, run);
      await requireParityFor(dependencies, release);
      const results = resultsOfRows(await readEvalResults(db, runId));
      const plan = planOf(run);
      await requireAsked(dependencies, { release, plan, results });
      const decision = decideMirrorPlan(plan, results);
      const gate = gateOf(plan, decision, results);
      return storedGate(await decideEvalRun(db, { id: runId, decision: asJson({ gate, decision }) }));
    },
  });
}

function forSamples(releaseId: string, have: number, need: number): WaitingNote {
  return { releaseId, waitingFor: `samples of production: ${have} of ${need} are there` };
}

async function requireParityFor(
  { db, stagingEnvironment }: MirrorDependencies,
  release: ReleaseRow,
): Promise<void> {
  const environments = { production: release.environment, staging: stagingEnvironment };
  const contents = await contentsOf(db, release.app, [release.revision, stableOf(release)]);
  await requireParity(db, environments, [...contents.values()]);
}

async function usableSamples(
  { db, dataKeys }: MirrorDependencies,
  { app, environment }: ReleaseRow,
  limit: number,
): Promise<OpenedSample[]> {
  return openSamples(await readSamples(db, { app, environment, limit }), dataKeys);
}

async function createRun(
  db: Pool,
  id: string,
  release: ReleaseRow,
  { margin, minPairs, documents }: MirrorSettings,
  samples: readonly OpenedSample[],
): Promise<EvalRunRow> {
  const { app, revision } = release;
  const stable = stableOf(release);
  const times = samples.map(({ createdAt }) => Date.parse(createdAt));
  const plan: MirrorPlan = {
    version: 2,
    candidate: revision,
    stable,
    samples: samples.map(({ id: sampleId, group }) => ({
      id: sampleId,
      ...(group === undefined ? {} : { group }),
    })),
    since: new Date(Math.min(...times) - 1).toISOString(),
    documents,
    margin,
    minPairs: Math.min(minPairs, samples.length),
    guardrails: replayedRules(release.plan),
  };
  // What is derived from samples goes when the first of them goes (invariant 22).
  const ttlMs = Math.max(1, Math.min(...samples.map(({ expiresAt }) => Date.parse(expiresAt))) - Date.now());
  return createEvalRun(db, {
    id,
    kind: 'mirror',
    releaseId: release.id,
    app,
    candidate: revision,
    stable,
    planned: asJson(plan),
    ttlMs,
  });
}

async function runShard(
  { db, gateway, dataKeys, concurrency, patience }: MirrorDependencies,
  { runId, shard, signal }: { runId: string; shard: number; signal: AbortSignal },
): Promise<number> {
  const run = await requireRun(db, runId);
  const plan = planOf(run);
  const { id: releaseId, environment } = await requireReleaseOf(db, run);
  const ids = plan.samples.map(({ id }) => id);
  const rows = await readSamples(db, { app: run.app, environment, limit: ids.length, ids });
  const samples = new Map(openSamples(rows, dataKeys).map((each) => [each.id, each]));
  const known = new Set(resultsOfRows(await readEvalResults(db, runId)).map(workKey));
  const missing = itemsOfShard(mirrorItems(plan), shard).filter((item) => !known.has(workKey(item)));
  const contents = await contentsOf(db, run.app, [plan.candidate, plan.stable]);
  const chains = new Map([...contents].map(([digest, { chain }]) => [digest, chain.map(targetName)]));
  const settings = {
    ask: createPatientGateway({ gateway, app: run.app, chains, patience }),
    pinnedTarget: (target: number) => pinnedTarget(plan, target),
    documents: plan.documents,
    retrievesItself: (revision: string) => contents.get(revision)?.retrieval?.by === 'gateway',
  };
  let calls = 0;
  const replayOne = async (item: (typeof missing)[number], stopped: AbortSignal): Promise<void> => {
    const sample = samples.get(item.caseId);
    // It has expired since it was planned: there is nothing left to ask.
    if (sample === undefined) return;
    const result = await replay(item, sample, settings, stopped);
    await insertEvalResults(db, [rowOfResult(runId, result)]);
    calls++;
  };
  await tellingWaits({ db, patience }, { releaseId, places: new Set([...chains.values()].flat()) }, () =>
    eachAtOnce(missing, { atOnce: concurrency, signal }, replayOne),
  );
  return calls;
}

async function contentsOf(
  db: Pool,
  app: string,
  digests: readonly string[],
): Promise<Map<string, RevisionContent>> {
  const contents = digests.map(async (digest) => [digest, await requireContent(db, app, digest)] as const);
  return new Map(await Promise.all(contents));
}

function stableOf({ stable, app }: ReleaseRow): string {
  if (stable !== undefined) return stable;
  throw new SluiceError('not_active', `${app} has no stable revision to compare with.`, {
    remedy: 'Give it one: sluice app create --stable, or set `mirror: skip` in the plan.',
  });
}

/** Written by `planMirror` alone, and never changed. */
function planOf(run: EvalRunRow): MirrorPlan {
  return requireStored(run, 'planned', mirrorPlanSchema);
}

function plannedRound(run: EvalRunRow) {
  const shards = shardCount(mirrorItems(planOf(run)).length);
  return { kind: 'planned' as const, runId: run.id, round: 0, shards };
}

function tooFewSamples(have: number, need: number, maxWait: string): GateResult {
  return {
    outcome: 'inconclusive',
    summary: `${have} of ${need} samples of production came within ${maxWait}`,
  };
}

function gateOf(plan: MirrorPlan, decision: MirrorDecision, results: readonly WorkResult[]): GateResult {
  const { pairs, candidateFailed, stableFailed, answers, outcome, guardrails } = decision;
  const points = (share: number): string => (share * 100).toFixed(1);
  const rows = results.map(({ caseId, revision, verdict, error }) => [
    caseId,
    revision,
    verdict === 'passed',
    error ?? null,
  ]);
  return {
    outcome,
    summary:
      `${pairs} pairs; failed: candidate ${candidateFailed}, stable ${stableFailed}; ` +
      `difference ${points(answers.estimate)} points, margin ${points(plan.margin)}` +
      guardrails.map(replayedSentence).join(''),
    evidenceDigest: digestOf({ plan, rows: rows.map((row) => JSON.stringify(row)).sort() }),
  };
}

function replayedSentence({ name, candidateBad, stableBad, exceeded }: ReplayedGuardrail): string {
  const counts = `; ${subjectOf(name)}: candidate ${candidateBad}, stable ${stableBad}`;
  return exceeded ? `${counts}, more than the plan allows: their first target does not answer them` : counts;
}
