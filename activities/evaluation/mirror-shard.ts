import { insertEvalResults } from '../../config-store/evaluations/insert-eval-results.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import { targetName, type RevisionContent } from '../../domain/revision/revision.ts';
import { mirrorItems, mirrorPlanSchema, type MirrorPlan } from '../../evals/mirror/mirror-work.ts';
import { promisesJson } from '../../evals/mirror/promised-format.ts';
import { replay, type ReplaySettings } from '../../evals/mirror/replay.ts';
import { chainPrices } from '../../evals/pricing.ts';
import { eachAtOnce } from '../../evals/run/each-at-once.ts';
import { pinnedTarget, workKey, type WorkResult } from '../../evals/run/work.ts';
import { createPatientGateway } from '../../evals/targets/patient-gateway.ts';
import type { SealingKeys } from '../../program/data-keys.ts';
import { requireContents, requireReleaseOf, requireRun, requireStored } from '../looks/required-rows.ts';
import { tellingWaits } from '../release/telling-waits.ts';
import { keepMirroredAnswer, type KeptMirrored } from './keep-mirrored.ts';
import { withScores, type MirrorScoringParts, type ScoreAnswer } from './mirror-scoring.ts';
import { resultsOfRows, rowOfResult } from './result-rows.ts';
import { plannedSamples } from './samples-to-ask.ts';
import { itemsOfShard } from './shards.ts';

export interface MirrorDependencies extends MirrorScoringParts {
  /** The environment that the samples are replayed in. */
  readonly stagingEnvironment: string;
  /** What samples are sealed with. */
  readonly dataKeys: SealingKeys;
  /** What fresh samples are sealed with: without, none are read. */
  readonly freshKeys?: SealingKeys;
  /** How what people may see is kept; without, nothing of it is. */
  readonly kept?: KeptMirrored;
  /** Calls in flight of one shard. */
  readonly concurrency: number;
}

/** Asks what is missing of a shard, and accounts for each answer once. Gives the number of calls. */
export async function runMirrorShard(
  dependencies: MirrorDependencies,
  { runId, shard, signal }: { readonly runId: string; readonly shard: number; readonly signal: AbortSignal },
): Promise<number> {
  const { db, gateway, concurrency, patience, kept } = dependencies;
  const run = await requireRun(db, runId);
  const plan = planOf(run);
  const release = await requireReleaseOf(db, run);
  const { id: releaseId, environment } = release;
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
    factsParts: factsPartsOf(dependencies, contents),
  };
  let calls = 0;
  const replayOne = async (
    item: (typeof missing)[number],
    score: ScoreAnswer | undefined,
    stopped: AbortSignal,
  ): Promise<void> => {
    const sample = samples.get(item.caseId);
    // It has expired since it was planned, or while others were asked: there is nothing left to ask.
    if (sample === undefined || Date.parse(sample.expiresAt) <= Date.now()) return;
    const { result: heard, answer } = await replay(item, sample, settings, stopped);
    const given = answer === undefined ? undefined : await score?.(sample.sample, answer);
    const result = given === undefined ? heard : withScore(heard, given);
    if (answer !== undefined && kept !== undefined) {
      const arm = item.revision === plan.candidate ? 'candidate' : 'stable';
      const place = { runId, app: run.app, environment, caseId: item.caseId };
      await keepMirroredAnswer(db, kept, { ...place, arm, sample: sample.sample, answer });
    }
    await insertEvalResults(db, [rowOfResult(runId, result)]);
    calls++;
  };
  await withScores(dependencies, release, plan, (score) =>
    tellingWaits({ db, patience }, { releaseId, places: new Set([...chains.values()].flat()) }, () =>
      eachAtOnce(missing, { atOnce: concurrency, signal }, (item, stopped) =>
        replayOne(item, score, stopped),
      ),
    ),
  );
  return calls;
}

function withScore({ details, ...result }: WorkResult, score: number | null): WorkResult {
  const { facts } = details;
  return { ...result, details: facts === undefined ? details : { ...details, facts: { ...facts, score } } };
}

/** What is to be known of answers: the price of who gave it, and whether JSON was promised. */
function factsPartsOf(
  { binding, dataKeys }: MirrorDependencies,
  contents: ReadonlyMap<string, RevisionContent>,
): ReplaySettings['factsParts'] {
  const prices = new Map([...contents].map(([digest, content]) => [digest, chainPrices(content, binding)]));
  return ({ revision, target }, sample) => {
    const content = contents.get(revision);
    return {
      price: prices.get(revision)?.[target],
      promisesJson: content !== undefined && promisesJson(content, target, sample),
      hashKey: dataKeys.current.bytes,
    };
  };
}

/** Written by `planMirror` alone, and never changed. */
export function planOf(run: EvalRunRow): MirrorPlan {
  return requireStored(run, 'planned', mirrorPlanSchema);
}
