import type { Pool } from 'pg';
import { z } from 'zod';
import { createEvalRun } from '../config-store/create-eval-run.ts';
import { decideEvalRun } from '../config-store/decide-eval-run.ts';
import { insertEvalResults } from '../config-store/insert-eval-results.ts';
import { readEvalResults } from '../config-store/read-eval-results.ts';
import { requireRelease } from '../config-store/require-release.ts';
import type { EvalRunRow, ReleaseRow } from '../config-store/types.ts';
import type { Binding } from '../domain/binding.ts';
import { SluiceError } from '../domain/errors.ts';
import { publishedSuiteSchema, type PublishedSuite } from '../domain/suite.ts';
import { createJavascriptSandbox } from '../evals/assertions/javascript-sandbox.ts';
import { prepareCases } from '../evals/eval-case.ts';
import { decideEvaluation, evidenceDigest, type EvalDecision } from '../evals/gate.ts';
import { createGatewayCaller } from '../evals/gateway-caller.ts';
import type { PinnedClientOptions } from '../evals/pinned-client.ts';
import { planOf } from '../evals/plan-evaluation.ts';
import { chainPrices, requirePrices } from '../evals/pricing.ts';
import { followRounds, type Rounds } from '../evals/rounds.ts';
import { runWork } from '../evals/runner.ts';
import { summaryOf } from '../evals/summary.ts';
import { evalPlanSchema, workKey, type EvalPlan, type WorkResult } from '../evals/work.ts';
import { beatWhile } from './beat-while.ts';
import type { EvaluationActivities, EvaluationRound, GateResult } from './contract.ts';
import { withFailures } from './failures.ts';
import { requireContent, requireReleaseOf, requireRun, requireStored } from './required-rows.ts';
import { resultOfRow, rowOfResult } from './result-rows.ts';
import { itemsOfShard, shardCount } from './shards.ts';
import { asJson, storedGate } from './stored-gate.ts';

export interface EvaluationDependencies {
  db: Pool;
  /** The staging gateway, which answers pinned questions. */
  gateway: PinnedClientOptions;
  /** Of the staging environment: what its models cost. */
  binding: Binding;
  /** Calls in flight of one shard. */
  concurrency: number;
}

const javascriptTimeoutMs = 2_000;
const outcomes = { pass: 'pass', block: 'fail', inconclusive: 'inconclusive' } as const;

/** The evaluation of a release's suites, on the candidate and on stable. Work that is accounted for is not done again. */
export function createEvaluationActivities(dependencies: EvaluationDependencies): EvaluationActivities {
  const { db } = dependencies;
  return withFailures<EvaluationActivities>({
    async planEvaluation({ releaseId }) {
      const release = await requireRelease(db, releaseId);
      if (release.plan.evaluate === 'skip') return { kind: 'skipped' };
      const plan = await planRelease(dependencies, release, release.plan.evaluate);
      const run = await createEvalRun(db, {
        id: `${releaseId}-evaluation`,
        kind: 'evaluation',
        releaseId,
        app: release.app,
        candidate: release.revision,
        stable: plan.stable,
        planned: asJson(plan),
      });
      return { kind: 'planned', ...roundOf(run.id, followRounds(planned(run), []), 0) };
    },

    runEvaluationShard: ({ runId, round, shard }) =>
      beatWhile(async (signal) => {
        const { run, plan, results } = await readRun(db, runId);
        const items = itemsOfShard(itemsOfRound(followRounds(plan, results), round), shard);
        const known = new Set(results.map(workKey));
        const missing = items.filter((item) => !known.has(workKey(item)));
        await runMissing(dependencies, { run, missing, signal });
        return { calls: missing.length };
      }),

    async decideEvaluation({ runId, round }) {
      const { run, plan, results } = await readRun(db, runId);
      if (run.decision !== undefined) return { kind: 'decided', gate: storedGate(run) };
      const rounds = followRounds(plan, results);
      const next = rounds.rounds.length - 1;
      if (!rounds.finished && next > round) return { kind: 'more', ...roundOf(runId, rounds, next) };
      const decision = decideEvaluation(plan, rounds, results);
      const gate = gateOf(plan, decision, results);
      const stored = await decideEvalRun(db, { id: runId, decision: asJson({ gate, decision }) });
      return { kind: 'decided', gate: storedGate(stored) };
    },
  });
}

async function planRelease(
  { db, binding }: EvaluationDependencies,
  release: ReleaseRow,
  settings: Exclude<ReleaseRow['plan']['evaluate'], 'skip'>,
): Promise<EvalPlan> {
  const { app, revision, stable } = release;
  const candidate = await requireContent(db, app, revision);
  const stableContent = stable === undefined ? undefined : await requireContent(db, app, stable);
  const sandbox = createJavascriptSandbox({ timeoutMs: javascriptTimeoutMs });
  const cases = prepareCases(suitesOf(release), sandbox);
  requirePrices(cases, [candidate, ...(stableContent === undefined ? [] : [stableContent])], binding);
  const targets = candidate.chain.length;
  const prompts = { candidate, stable: stableContent };
  return planOf({ cases, candidate: revision, stable, targets, prompts, settings });
}

async function runMissing(
  { db, gateway, binding, concurrency }: EvaluationDependencies,
  work: { run: EvalRunRow; missing: Parameters<typeof runWork>[0]['items']; signal: AbortSignal },
): Promise<void> {
  const { run, missing, signal } = work;
  const release = await requireReleaseOf(db, run);
  const digests = run.stable === undefined ? [run.candidate] : [run.candidate, run.stable];
  const prices = await Promise.all(
    digests.map(
      async (digest) => [digest, chainPrices(await requireContent(db, run.app, digest), binding)] as const,
    ),
  );
  const sandbox = createJavascriptSandbox({ timeoutMs: javascriptTimeoutMs });
  try {
    const cases = new Map(prepareCases(suitesOf(release), sandbox).map((each) => [each.id, each]));
    const callModel = createGatewayCaller({ ...gateway, app: run.app, prices: new Map(prices) });
    const onResult = async (result: WorkResult): Promise<void> => {
      await insertEvalResults(db, [rowOfResult(run.id, result)]);
    };
    await runWork({ items: missing, cases, callModel, concurrency, onResult, signal });
  } finally {
    await sandbox.close();
  }
}

/** The release's suites that the plan names; all where it names none. */
function suitesOf({ suites, plan }: ReleaseRow): PublishedSuite[] {
  const all = z.array(publishedSuiteSchema).parse(suites);
  const names = plan.evaluate === 'skip' ? [] : (plan.evaluate.suites ?? all.map(({ name }) => name));
  const unknown = names.find((name) => !all.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    throw new SluiceError(
      'invalid_file',
      `The plan asks for the suite ${unknown}, which the release does not have.`,
      {
        remedy: `It has: ${all.map(({ name }) => name).join(', ') || 'none'}.`,
      },
    );
  }
  return all.filter(({ name }) => names.includes(name));
}

function gateOf(plan: EvalPlan, decision: EvalDecision, results: readonly WorkResult[]): GateResult {
  return {
    outcome: outcomes[decision.outcome],
    summary: summaryOf(decision, results.length),
    evidenceDigest: evidenceDigest(plan, results),
  };
}

async function readRun(
  db: Pool,
  runId: string,
): Promise<{ run: EvalRunRow; plan: EvalPlan; results: WorkResult[] }> {
  const run = await requireRun(db, runId);
  return { run, plan: planned(run), results: (await readEvalResults(db, runId)).map(resultOfRow) };
}

/** Written by `planEvaluation` alone, and never changed. */
function planned(run: EvalRunRow): EvalPlan {
  return requireStored(run, 'planned', evalPlanSchema);
}

function itemsOfRound({ rounds }: Rounds, round: number): Rounds['missing'] {
  const items = rounds[round];
  if (items === undefined) throw new SluiceError('internal', `The evaluation has no round ${round}.`);
  return items;
}

function roundOf(runId: string, rounds: Rounds, round: number): EvaluationRound {
  return { runId, round, shards: shardCount(itemsOfRound(rounds, round).length) };
}
