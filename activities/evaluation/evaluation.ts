import type { Pool } from 'pg';
import { z } from 'zod';
import { createEvalRun } from '../../config-store/evaluations/create-eval-run.ts';
import { decideEvalRun } from '../../config-store/evaluations/decide-eval-run.ts';
import { insertEvalResults } from '../../config-store/evaluations/insert-eval-results.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { isFirstEvaluation } from '../../domain/evaluation/first-evaluation.ts';
import type { EvaluateSettings } from '../../domain/release/plan.ts';
import { targetName } from '../../domain/revision/revision.ts';
import { publishedSuiteSchema, type PublishedSuite } from '../../domain/evaluation/suite.ts';
import { prepareCases, requireUnderstoodCases, type EvalCase } from '../../evals/run/eval-case.ts';
import { decideEvaluation, evidenceDigest, type EvalDecision } from '../../evals/gate.ts';
import { createGatewayCaller } from '../../evals/targets/gateway-caller.ts';
import { createPatientGateway } from '../../evals/targets/patient-gateway.ts';
import type { Patience } from '../../evals/patience/patient-caller.ts';
import type { PinnedClientOptions } from '../../evals/targets/pinned-client.ts';
import { planOf } from '../../evals/run/plan-evaluation.ts';
import { chainPrices, requirePrices } from '../../evals/pricing.ts';
import { followRounds, type Rounds } from '../../evals/run/rounds.ts';
import { runWork } from '../../evals/run/runner.ts';
import { shortened, summaryOf } from '../../evals/summary.ts';
import { whoAnswered } from '../../evals/targets/who-answered.ts';
import {
  evalPlanSchema,
  pinnedTarget,
  workKey,
  type EvalPlan,
  type WorkResult,
} from '../../evals/run/work.ts';
import { createSharedSandboxes, type SharedSandboxes } from '../../sandbox/shared-sandboxes.ts';
import { beatWhile } from '../looks/beat-while.ts';
import { gateOfProbes, probeRelease, type EnvironmentGateways } from '../release/probe-release.ts';
import type { EvaluationActivities, EvaluationRound, GateResult } from './contract.ts';
import { requireSubject, requireSubjectOf, type EvaluationSubject } from './evaluation-subject.ts';
import { withFailures } from '../looks/failures.ts';
import { requireContent, requireRun, requireStored } from '../looks/required-rows.ts';
import { resultsOfRows, rowOfResult } from './result-rows.ts';
import { itemsOfShard, shardCount } from './shards.ts';
import { asJson, storedGate } from './stored-gate.ts';
import { tellingWaits } from '../release/telling-waits.ts';

export interface EvaluationDependencies {
  db: Pool;
  /** The staging gateway, which answers pinned questions. */
  gateway: PinnedClientOptions;
  /** A gateway of each environment whose targets are probed before anything is evaluated. */
  probed: EnvironmentGateways;
  /** Of the staging environment: what its models cost. */
  binding: Binding;
  /** Calls in flight of one shard. */
  concurrency: number;
  /** What is known of the providers' limits, shared by all that this worker asks. */
  patience: Patience;
}

interface Evaluating extends EvaluationDependencies {
  /** One for each release: its shards share the processes, and what may be stopped of its code. */
  sandboxes: SharedSandboxes;
}

const outcomes = { pass: 'pass', block: 'fail', inconclusive: 'inconclusive' } as const;

/** The evaluation of a release's suites, on the candidate and on stable. Work that is accounted for is not done again. */
export function createEvaluationActivities(given: EvaluationDependencies): EvaluationActivities {
  const dependencies: Evaluating = { ...given, sandboxes: createSharedSandboxes() };
  const { db } = dependencies;
  return withFailures<EvaluationActivities>({
    async planEvaluation({ releaseId }) {
      const release = await requireSubject(db, releaseId);
      const probed = await probeRelease(dependencies.probed, release);
      const dead = gateOfProbes(probed);
      if (dead !== undefined) return { kind: 'decided', gate: await recordDead(db, release, dead) };
      const { unknown } = probed;
      if (release.plan.evaluate === 'skip') return skipped(unknown);
      const plan = await planRelease(dependencies, release, { settings: release.plan.evaluate, unknown });
      const run = await createEvalRun(db, {
        id: `${releaseId}-evaluation`,
        kind: 'evaluation',
        ...(isFirstEvaluation(releaseId) ? { firstEvaluationId: releaseId } : { releaseId }),
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
        await runMissing(dependencies, { run, plan, missing, signal });
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

/** A release has a row that says how it ends; of a first revision the run alone is asked what it came to. */
async function recordDead(
  db: Pool,
  { id, app, revision }: EvaluationSubject,
  dead: GateResult,
): Promise<GateResult> {
  if (!isFirstEvaluation(id)) return dead;
  const run = { id: `${id}-evaluation`, kind: 'evaluation' as const, firstEvaluationId: id, app };
  await createEvalRun(db, { ...run, candidate: revision, planned: {} });
  const gate = { ...dead, evidenceDigest: digestOf(dead) };
  return storedGate(await decideEvalRun(db, { id: run.id, decision: asJson({ gate }) }));
}

/** Nothing is asked before every assertion is understood. */
function understoodCases(release: EvaluationSubject, sandboxes: SharedSandboxes): Promise<EvalCase[]> {
  const suites = suitesOf(release);
  return sandboxes.use(release.id, async (sandbox) => {
    await requireUnderstoodCases(suites, sandbox);
    return prepareCases(suites, sandbox);
  });
}

async function planRelease(
  { db, binding, sandboxes }: Evaluating,
  release: EvaluationSubject,
  { settings, unknown }: { settings: EvaluateSettings; unknown: string[] },
): Promise<EvalPlan> {
  const { app, revision, stable } = release;
  const candidate = await requireContent(db, app, revision);
  const stableContent = stable === undefined ? undefined : await requireContent(db, app, stable);
  const cases = await understoodCases(release, sandboxes);
  requirePrices(cases, [candidate, ...(stableContent === undefined ? [] : [stableContent])], binding);
  const { chain } = candidate;
  const prompts = { candidate, stable: stableContent };
  const plan = planOf({ cases, candidate: revision, stable, chain, prompts, settings });
  return unknown.length === 0 ? plan : { ...plan, notProbed: unknown };
}

function skipped(unknown: readonly string[]): { kind: 'skipped' } | { kind: 'decided'; gate: GateResult } {
  if (unknown.length === 0) return { kind: 'skipped' };
  const summary = shortened(`the plan skips the evaluation; not probed: ${unknown.join('; ')}`, 300);
  return { kind: 'decided', gate: { outcome: 'skipped', summary } };
}

async function runMissing(
  { db, gateway, binding, concurrency, patience, sandboxes }: Evaluating,
  work: {
    run: EvalRunRow;
    plan: EvalPlan;
    missing: Parameters<typeof runWork>[0]['items'];
    signal: AbortSignal;
  },
): Promise<void> {
  const { run, plan, missing, signal } = work;
  const release = await requireSubjectOf(db, run);
  const digests = run.stable === undefined ? [run.candidate] : [run.candidate, run.stable];
  const contents = await Promise.all(
    digests.map(async (digest) => [digest, await requireContent(db, run.app, digest)] as const),
  );
  const prices = new Map(contents.map(([digest, content]) => [digest, chainPrices(content, binding)]));
  const chains = new Map(contents.map(([digest, { chain }]) => [digest, chain.map(targetName)]));
  await sandboxes.use(release.id, async (sandbox) => {
    const cases = new Map(prepareCases(suitesOf(release), sandbox).map((each) => [each.id, each]));
    const ask = createPatientGateway({ gateway, app: run.app, chains, patience });
    const callModel = createGatewayCaller({ app: run.app, ask, prices });
    const onResult = async (result: WorkResult): Promise<void> => {
      await insertEvalResults(db, [rowOfResult(run.id, result)]);
    };
    await tellingWaits(
      { db, patience },
      { releaseId: release.id, places: new Set([...chains.values()].flat()) },
      () =>
        runWork({
          items: missing,
          cases,
          callModel,
          pinnedTarget: (target) => pinnedTarget(plan, target),
          concurrency,
          onResult,
          signal,
        }),
    );
  });
}

/** The release's suites that the plan names; all where it names none. */
function suitesOf({ suites, plan }: EvaluationSubject): PublishedSuite[] {
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
    summary: summaryOf(decision, {
      calls: results.length,
      answeredBy: whoAnswered(plan, results),
      notProbed: plan.notProbed,
    }),
    evidenceDigest: evidenceDigest(plan, results),
  };
}

async function readRun(
  db: Pool,
  runId: string,
): Promise<{ run: EvalRunRow; plan: EvalPlan; results: WorkResult[] }> {
  const run = await requireRun(db, runId);
  return { run, plan: planned(run), results: resultsOfRows(await readEvalResults(db, runId)) };
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
