import type { AssertionName } from './assertions/answer.ts';
import type { EvalDecision } from './gate.ts';
import { whoAnswered, type Answers } from './targets/who-answered.ts';
import { defined } from '../protocols/fields.ts';
import { isKnown, type EvalPlan, type WorkResult } from './run/work.ts';

/** What all reports say of an evaluation, each in its form. */
export interface EvalReport {
  readonly app: string;
  readonly candidate: string;
  /** Label of the revision that it was compared with. */
  readonly stable?: string;
  readonly decision: EvalDecision;
  readonly cases: CaseReport[];
  readonly arms: { readonly candidate: ArmReport; readonly stable?: ArmReport };
  /** Which target of its chain gave the candidate's answers. */
  readonly answeredBy: Answers[];
  /** Targets that could not be probed before, as sentences: nothing is known of them but what the cases say. */
  readonly notProbed?: readonly string[];
}

/** What is known of an evaluation that ended without a decision. */
export interface UndecidedReport extends Pick<EvalReport, 'app' | 'candidate' | 'stable'> {
  /** `failed`: nothing can be said. `blocked`: there was nothing to ask. */
  readonly ending: 'failed' | 'blocked' | 'aborted';
  /** Why, and what to do about it. */
  readonly why: string;
  /** All that were planned; those that nobody was asked have no run. */
  readonly cases: CaseReport[];
}

export interface CaseReport {
  readonly id: string;
  readonly critical: boolean;
  /** Of the candidate, on the first target of its chain. */
  readonly runs: number;
  readonly passed: number;
  readonly stable?: {
    readonly runs: number;
    readonly passed: number;
    /** The beginning of an answer. */ readonly output?: string;
  };
  /** Runs and passes of a critical case on each further target of the chain. */
  readonly fallbacks: { readonly target: number; readonly runs: number; readonly passed: number }[];
  /** Why it did not pass, without repetitions; errors first. */
  readonly reasons: string[];
  readonly errors: number;
  /** Calls of which it is not known whether the candidate does what the case asks: nobody's failure. */
  readonly unknown: number;
  /** The assertions that the candidate's answers failed, each once. */
  readonly failedBy: AssertionName[];
  /** The beginning of an answer of the candidate's: of one that did not pass, where there is one. */
  readonly output?: string;
  /** Mean of the candidate's answers, in milliseconds. */
  readonly latencyMs?: number;
}

export interface ArmReport {
  readonly calls: number;
  readonly errors: number;
  readonly latencyP50Ms?: number;
  readonly latencyP95Ms?: number;
  /** Sum over the calls whose cost is known; absent where none is. */
  readonly costUsd?: number;
  /** Calls whose cost is not known. */
  readonly unpriced: number;
}

/** Puts together what the reports say. Labels are the revisions' names for people. */
export function makeReport(args: {
  readonly app: string;
  readonly labels: { readonly candidate: string; readonly stable?: string };
  readonly plan: EvalPlan;
  readonly decision: EvalDecision;
  readonly results: readonly WorkResult[];
}): EvalReport {
  const { app, labels, plan, decision, results } = args;
  const armOf = (digest: string): ArmReport =>
    armReport(results.filter(({ revision }) => revision === digest));
  return {
    app,
    ...labels,
    decision,
    cases: caseReports(plan, results),
    arms: {
      candidate: armOf(plan.candidate),
      ...(plan.stable === undefined ? {} : { stable: armOf(plan.stable) }),
    },
    answeredBy: whoAnswered(plan, results),
    ...(plan.notProbed === undefined ? {} : { notProbed: plan.notProbed }),
  };
}

/** What is known of each case so far. */
export function caseReports(plan: EvalPlan, results: readonly WorkResult[]): CaseReport[] {
  const byCase = Map.groupBy(results, ({ caseId }) => caseId);
  return plan.cases.map((each) => caseReport(each, plan, byCase.get(each.id) ?? []));
}

function caseReport(
  { id, critical, alone }: EvalPlan['cases'][number],
  plan: EvalPlan,
  results: readonly WorkResult[],
): CaseReport {
  const candidate = results.filter(({ revision }) => revision === plan.candidate);
  const onChain = candidate.filter(({ target }) => target === 0);
  const stable = results.filter(({ revision }) => revision === plan.stable);
  const targets = [...new Set(candidate.map(({ target }) => target))]
    .filter((target) => target > 0)
    .sort((a, b) => a - b);
  const errors = candidate.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const output = answerToShow(candidate);
  const latencyMs = meanOf(onChain.flatMap((result) => result.latencyMs ?? []));
  return {
    id,
    critical,
    ...tally(onChain),
    ...(plan.stable === undefined || alone === true
      ? {}
      : { stable: { ...tally(stable), ...defined({ output: answerToShow(stable) }) } }),
    fallbacks: targets.map((target) => ({
      target,
      ...tally(candidate.filter((result) => result.target === target)),
    })),
    reasons: [...new Set([...errors, ...candidate.flatMap(({ details }) => details.reasons ?? [])])],
    errors: errors.length,
    unknown: candidate.filter((result) => !isKnown(result)).length,
    failedBy: assertionsFailedBy(candidate),
    ...(output === undefined ? {} : { output }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
}

/** The beginning of an answer that did not pass, or else of any. */
function answerToShow(results: readonly WorkResult[]): string | undefined {
  const answered = results.filter(({ details }) => details.output !== undefined);
  return (answered.find(({ verdict }) => verdict !== 'passed') ?? answered[0])?.details.output;
}

function assertionsFailedBy(results: readonly WorkResult[]): AssertionName[] {
  const all = results.flatMap(({ details }) => details.failedBy ?? []);
  return [...new Map(all.map((each) => [JSON.stringify([each.assertion, each.metric]), each])).values()];
}

function tally(results: readonly WorkResult[]): { readonly runs: number; readonly passed: number } {
  return { runs: results.length, passed: results.filter(({ verdict }) => verdict === 'passed').length };
}

function armReport(results: readonly WorkResult[]): ArmReport {
  const latencies = results.flatMap(({ latencyMs, error }) => (error === undefined ? (latencyMs ?? []) : []));
  const costs = results.flatMap(({ costUsd }) => costUsd ?? []);
  latencies.sort((a, b) => a - b);
  const p50 = quantile(latencies, 0.5);
  const p95 = quantile(latencies, 0.95);
  return {
    calls: results.length,
    errors: results.filter(({ error }) => error !== undefined).length,
    ...(p50 === undefined || p95 === undefined ? {} : { latencyP50Ms: p50, latencyP95Ms: p95 }),
    ...(costs.length === 0 ? {} : { costUsd: costs.reduce((sum, cost) => sum + cost, 0) }),
    unpriced: results.length - costs.length,
  };
}

/** The smallest value that at least this share of the values does not exceed. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
