import type { Pool } from 'pg';
import { createEvalRun } from '../../config-store/evaluations/create-eval-run.ts';
import { decideEvalRun } from '../../config-store/evaluations/decide-eval-run.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { isFirstEvaluation } from '../../domain/evaluation/first-evaluation.ts';
import type { EvaluateSettings } from '../../domain/release/plan.ts';
import { decideEvaluation, evidenceDigest, type EvalDecision } from '../../evals/gate.ts';
import { planOf } from '../../evals/run/plan-evaluation.ts';
import { requirePrices } from '../../evals/pricing.ts';
import { followRounds, type Rounds } from '../../evals/run/rounds.ts';
import { shortened, summaryOf } from '../../evals/summary.ts';
import { whoAnswered } from '../../evals/targets/who-answered.ts';
import { evalPlanSchema, workKey, type EvalPlan, type WorkResult } from '../../evals/run/work.ts';
import { createSharedSandboxes } from '../../sandbox/shared-sandboxes.ts';
import { beatWhile } from '../looks/beat-while.ts';
import { gateOfProbes, probeRelease, type EnvironmentGateways } from '../release/probe-release.ts';
import type { EvaluationActivities, EvaluationRound, GateResult } from './contract.ts';
import { judgesAdmitted, judgingOf } from './judges.ts';
import { makeCalls, type CallingParts } from './make-calls.ts';
import { understoodCases } from './suite-cases.ts';
import { requireSubject, type EvaluationSubject } from './evaluation-subject.ts';
import { withFailures } from '../looks/failures.ts';
import { requireContent, requireRun, requireStored } from '../looks/required-rows.ts';
import { resultsOfRows } from './result-rows.ts';
import { itemsOfShard, shardCount } from './shards.ts';
import { asJson, storedGate } from './stored-gate.ts';

export interface EvaluationDependencies extends Omit<CallingParts, 'sandboxes'> {
  /** A gateway of each environment whose targets are probed before anything is evaluated. */
  readonly probed: EnvironmentGateways;
}

type Evaluating = EvaluationDependencies & CallingParts;

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
        await makeCalls(dependencies, { run, plan, items: missing, signal });
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

async function planRelease(
  parts: Evaluating,
  release: EvaluationSubject,
  { settings, unknown }: { readonly settings: EvaluateSettings; readonly unknown: string[] },
): Promise<EvalPlan> {
  const { db, binding, sandboxes } = parts;
  const { app, revision, stable } = release;
  const candidate = await requireContent(db, app, revision);
  const stableContent = stable === undefined ? undefined : await requireContent(db, app, stable);
  const admitted = await judgesAdmitted(db, binding);
  const judging = judgingOf(
    parts,
    ({ digest }) => admitted.has(digest),
    ({ digest }) => admitted.get(digest),
  );
  const cases = await sandboxes.use(release.id, (sandbox) => understoodCases(release, { sandbox, judging }));
  requirePrices(cases, [candidate, ...(stableContent === undefined ? [] : [stableContent])], binding);
  const { chain } = candidate;
  const prompts = { candidate, stable: stableContent };
  const plan = planOf({ cases, candidate: revision, stable, chain, prompts, settings, judging });
  return unknown.length === 0 ? plan : { ...plan, notProbed: unknown };
}

function skipped(
  unknown: readonly string[],
): { readonly kind: 'skipped' } | { readonly kind: 'decided'; readonly gate: GateResult } {
  if (unknown.length === 0) return { kind: 'skipped' };
  const summary = shortened(`the plan skips the evaluation; not probed: ${unknown.join('; ')}`, 300);
  return { kind: 'decided', gate: { outcome: 'skipped', summary } };
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
): Promise<{ readonly run: EvalRunRow; readonly plan: EvalPlan; readonly results: WorkResult[] }> {
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
