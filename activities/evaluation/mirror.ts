import type { SealingKeys } from '../../program/data-keys.ts';
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
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { samplesNeeded } from '../../analysis/gate/mirror-data.ts';
import { durationMs } from '../../domain/duration.ts';
import { noStable } from '../../domain/refusals.ts';
import { targetName } from '../../domain/revision/revision.ts';
import { eachAtOnce } from '../../evals/run/each-at-once.ts';
import {
  decideMirrorPlan,
  mirrorItems,
  mirrorPlanSchema,
  type MirrorPlan,
} from '../../evals/mirror/mirror-work.ts';
import { replay } from '../../evals/mirror/replay.ts';
import { createPatientGateway } from '../../evals/targets/patient-gateway.ts';
import type { Patience } from '../../evals/patience/patient-caller.ts';
import type { PinnedClientOptions } from '../../evals/targets/pinned-client.ts';
import { pinnedTarget, workKey } from '../../evals/run/work.ts';
import { beatWhile } from '../looks/beat-while.ts';
import type { MirrorActivities } from './contract.ts';
import { withFailures } from '../looks/failures.ts';
import { mirrorGate, tooFewSamples } from './mirror-gate.ts';
import { mirrorRun, toldApart } from './mirror-run.ts';
import { requireAsked } from './require-asked.ts';
import { requireParity } from '../looks/parity.ts';
import { requireContents, requireReleaseOf, requireRun, requireStored } from '../looks/required-rows.ts';
import { resultsOfRows, rowOfResult } from './result-rows.ts';
import { plannedSamples, samplesToAsk } from './samples-to-ask.ts';
import { itemsOfShard, shardCount } from './shards.ts';
import { asJson, storedGate } from './stored-gate.ts';
import { tellingWaits } from '../release/telling-waits.ts';

export interface MirrorDependencies {
  readonly db: Pool;
  /** The environment that the samples are replayed in. */
  readonly stagingEnvironment: string;
  /** The staging gateway. */
  readonly gateway: PinnedClientOptions;
  /** What samples are sealed with. */
  readonly dataKeys: SealingKeys;
  /** What fresh samples are sealed with: without, none are read. */
  readonly freshKeys?: SealingKeys;
  /** Calls in flight of one shard. */
  readonly concurrency: number;
  /** What is known of the providers' limits, shared by all that this worker asks. */
  readonly patience: Patience;
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
      const { app, environment } = release;
      const found = await samplesToAsk(dependencies, { app, environment, limit: mirror.samples });
      const [have, need] = [found.whole.length, samplesNeeded(mirror)];
      const leftMs = durationMs(mirror.maxWait) - waitedMs;
      if (have < need && leftMs > 0) {
        await noteWaiting(db, { ...forSamples(releaseId, have, need), leftMs });
        return { kind: 'waiting', have, need };
      }
      // What redaction has altered is shown, also where there is too little to judge.
      if (have < need && found.altered.length === 0)
        return { kind: 'decided', gate: tooFewSamples(have, need, mirror.maxWait) };
      await clearWaiting(db, { releaseId });
      const run = mirrorRun(release, { id: runId, stable: stableOf(release), mirror, need, found });
      return plannedRound(await createEvalRun(db, run));
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
      const plan = await toldApart(dependencies, release, planOf(run));
      await requireAsked(dependencies, { release, plan, results });
      const decision = decideMirrorPlan(plan, results);
      const gate = mirrorGate(plan, decision, results);
      return storedGate(await decideEvalRun(db, { id: runId, decision: asJson({ gate, decision }) }));
    },
  });
}

function forSamples(releaseId: string, have: number, need: number): WaitingNote {
  return {
    releaseId,
    waitingFor: `samples of production that can be asked again: ${have} of ${need} are there`,
  };
}

async function requireParityFor(
  { db, stagingEnvironment }: MirrorDependencies,
  release: ReleaseRow,
): Promise<void> {
  const environments = { production: release.environment, staging: stagingEnvironment };
  const contents = await requireContents(db, release.app, [release.revision, stableOf(release)]);
  await requireParity(db, environments, [...contents.values()]);
}

async function runShard(
  dependencies: MirrorDependencies,
  { runId, shard, signal }: { readonly runId: string; readonly shard: number; readonly signal: AbortSignal },
): Promise<number> {
  const { db, gateway, concurrency, patience } = dependencies;
  const run = await requireRun(db, runId);
  const plan = planOf(run);
  const { id: releaseId, environment } = await requireReleaseOf(db, run);
  const there = await plannedSamples(dependencies, { app: run.app, environment, planned: plan.samples });
  const samples = new Map(there.map((each) => [each.id, each]));
  const known = new Set(resultsOfRows(await readEvalResults(db, runId)).map(workKey));
  const missing = itemsOfShard(mirrorItems(plan), shard).filter((item) => !known.has(workKey(item)));
  const contents = await requireContents(db, run.app, [plan.candidate, plan.stable]);
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
    // It has expired since it was planned, or while others were asked: there is nothing left to ask.
    if (sample === undefined || Date.parse(sample.expiresAt) <= Date.now()) return;
    const result = await replay(item, sample, settings, stopped);
    await insertEvalResults(db, [rowOfResult(runId, result)]);
    calls++;
  };
  await tellingWaits({ db, patience }, { releaseId, places: new Set([...chains.values()].flat()) }, () =>
    eachAtOnce(missing, { atOnce: concurrency, signal }, replayOne),
  );
  return calls;
}

function stableOf({ stable, app, environment }: ReleaseRow): string {
  if (stable !== undefined) return stable;
  throw noStable(
    app,
    environment,
    `Give it one: sluice app create ${app} --stable, or set \`mirror: skip\` in the plan.`,
  );
}

/** Written by `planMirror` alone, and never changed. */
function planOf(run: EvalRunRow): MirrorPlan {
  return requireStored(run, 'planned', mirrorPlanSchema);
}

function plannedRound(run: EvalRunRow) {
  const shards = shardCount(mirrorItems(planOf(run)).length);
  return { kind: 'planned' as const, runId: run.id, round: 0, shards };
}
