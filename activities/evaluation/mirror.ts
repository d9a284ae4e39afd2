import type { Pool } from 'pg';
import { createEvalRun } from '../../config-store/evaluations/create-eval-run.ts';
import { decideEvalRun } from '../../config-store/evaluations/decide-eval-run.ts';
import {
  clearWaiting,
  noteWaiting,
  type WaitingNote,
} from '../../config-store/releases/progress/note-waiting.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import { insertPredictions } from '../../config-store/evaluations/predictions.ts';
import { answersWanted } from '../looks/counting.ts';
import { readAnswerTimes } from '../../config-store/looks/read-answer-times.ts';
import { readStableHistory } from '../../config-store/looks/read-stable-record.ts';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { samplesNeeded } from '../../analysis/gate/mirror-data.ts';
import { durationMs } from '../../domain/duration.ts';
import { createSharedSandboxes } from '../../sandbox/shared-sandboxes.ts';
import { noStable } from '../../domain/refusals.ts';
import {
  decideMirrorPlan,
  judgedPairs,
  mirrorItems,
  type MirrorPlan,
} from '../../evals/mirror/mirror-work.ts';
import { predictionsOf } from '../../evals/mirror/predictions.ts';
import type { WorkResult } from '../../evals/run/work.ts';
import { beatWhile } from '../looks/beat-while.ts';
import type { MirrorActivities } from './contract.ts';
import { withFailures } from '../looks/failures.ts';
import { leftOut, mirrorGate, tooFewSamples, type SampleShortfall } from './mirror-gate.ts';
import { mirrorRun, toldApart } from './mirror-run.ts';
import { plannedScores } from './mirror-scoring.ts';
import { planOf, runMirrorShard, type MirrorDependencies } from './mirror-shard.ts';
import { requireAsked } from './require-asked.ts';
import { requireParity } from '../looks/parity.ts';
import { requireContents, requireReleaseOf, requireRun } from '../looks/required-rows.ts';
import { resultsOfRows } from './result-rows.ts';
import { samplesToAsk } from './samples-to-ask.ts';
import { shardCount } from './shards.ts';
import { asJson, storedGate } from './stored-gate.ts';

/** The staging mirror: requests of production, asked again in staging of both revisions, and compared in pairs. */
export function createMirrorActivities(given: Omit<MirrorDependencies, 'sandboxes'>): MirrorActivities {
  const dependencies: MirrorDependencies = { ...given, sandboxes: createSharedSandboxes() };
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
      const { guardrails } = release.plan;
      const asked = { app, environment, limit: mirror.samples, guardrails };
      const found = await samplesToAsk(dependencies, asked);
      const [have, need] = [found.whole.length, samplesNeeded(mirror)];
      const lack = { have, need, choice: found.choice };
      const leftMs = durationMs(mirror.maxWait) - waitedMs;
      if (have < need && leftMs > 0) {
        await noteWaiting(db, { ...forSamples(releaseId, lack), leftMs });
        return { kind: 'waiting', have, need };
      }
      // What redaction has altered is shown, also where there is too little to judge.
      if (have < need && found.altered.length === 0)
        return { kind: 'decided', gate: tooFewSamples(lack, mirror.maxWait) };
      await clearWaiting(db, { releaseId });
      const scores = await plannedScores(dependencies, release);
      const run = mirrorRun(release, {
        ...{ id: runId, stable: stableOf(release), mirror, need, found, scores },
      });
      return plannedRound(await createEvalRun(db, run));
    },

    runMirrorShard: ({ runId, shard }) =>
      beatWhile(async (signal) => ({ calls: await runMirrorShard(dependencies, { runId, shard, signal }) })),

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
      await predict(db, release, plan, results);
      return storedGate(await decideEvalRun(db, { id: runId, decision: asJson({ gate, decision }) }));
    },
  });
}

function forSamples(releaseId: string, { have, need, choice }: SampleShortfall): WaitingNote {
  return {
    releaseId,
    waitingFor: `samples of production that can be asked again: ${have} of ${need} are there${leftOut(choice)}`,
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

/** Over so many days stable's rates are those of now. */
const daysKnown = 7;

/** Writes down, before the first step, what the canary will show; what was said once stays. */
async function predict(
  db: Pool,
  release: ReleaseRow,
  plan: MirrorPlan,
  results: readonly WorkResult[],
): Promise<void> {
  const { id, app, environment, stable } = release;
  const [{ record, ...known }, answerBuckets] = await Promise.all([
    readStableHistory(db, { app, environment, stable, days: daysKnown }),
    readAnswerTimes(db, { app, environment, stable, atLeast: answersWanted }),
  ]);
  const predictions = predictionsOf(release.plan, judgedPairs(plan, results), {
    ...known,
    record: { ...record, answerBuckets },
  });
  await insertPredictions(
    db,
    id,
    predictions.map(({ guardrail, predicted }) => ({ guardrail, predicted: asJson(predicted) })),
  );
}

function stableOf({ stable, app, environment }: ReleaseRow): string {
  if (stable !== undefined) return stable;
  throw noStable(
    app,
    environment,
    `Give it one: sluice app create ${app} --stable, or set \`mirror: skip\` in the plan.`,
  );
}

function plannedRound(run: EvalRunRow) {
  const shards = shardCount(mirrorItems(planOf(run)).length);
  return { kind: 'planned' as const, runId: run.id, round: 0, shards };
}
