import type { Binding } from '../../domain/revision/binding.ts';
import { SluiceError } from '../../domain/errors.ts';
import { targetName, type Revision } from '../../domain/revision/revision.ts';
import type { NamedJudge } from '../../domain/evaluation/judges-of.ts';
import { createOwnBudget } from '../../evals/judges/judge-budget.ts';
import { openJudging } from '../../evals/judges/open-judging.ts';
import { prepareCases, requireUnderstoodCases } from '../../evals/run/eval-case.ts';
import { createGatewayCaller } from '../../evals/targets/gateway-caller.ts';
import { createPatientGateway } from '../../evals/targets/patient-gateway.ts';
import { createPatience } from '../../evals/patience/patient-caller.ts';
import { waitText } from '../../evals/patience/place.ts';
import { systemTime } from '../../evals/patience/time.ts';
import { createProbe, type Probe } from '../../evals/targets/probe-client.ts';
import { probeTargets, remedyForDead } from '../../evals/targets/probe-targets.ts';
import { runSuites, type RunSuites } from '../../evals/run/local.ts';
import { planOf } from '../../evals/run/plan-evaluation.ts';
import { chainPrices, requirePrices } from '../../evals/pricing.ts';
import { makeReport, type EvalReport } from '../../evals/report.ts';
import type { EvalPlan, WorkResult } from '../../evals/run/work.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { CommandContext } from '../commands/context.ts';
import { readBindings } from '../up/environments/environments.ts';
import type { LabelledCounts } from '../../analysis/judges/calibration.ts';
import { admittedByApi } from './admitted-judges.ts';
import { findBindings } from './find-bindings.ts';
import { openBinding } from './open-binding.ts';
import { withPrivateGateway, type PrivateGateway } from './private-gateway.ts';
import type { Subjects } from './subjects.ts';

/** What an evaluation has found so far: all there is where it ends without a decision. */
export interface MeasuredSoFar {
  /** Absent before there is one. */
  plan?: EvalPlan;
  readonly results: WorkResult[];
}

export interface EvaluationOptions {
  readonly environment: string;
  /** Calls in flight of one provider's model, at most. */
  readonly concurrency: number;
  /** How long a provider may answer nothing. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Is filled while the evaluation runs. */
  readonly measured: MeasuredSoFar;
}

/** Longer than any revision's own timers, which decide first. */
const callTimeoutMs = 600_000;

/**
 * Starts a private gateway with the revisions, runs the suites and reports. Throws `not_found` and
 * `invalid_file` for what the environment does not have, before anything is started; `gate_blocked` where a target of
 * the candidate's cannot answer at all; `unreachable` and `broken_measurement` where nothing can be said; and whatever
 * the abort of the signal leads to.
 */
export async function runEvaluation(
  context: CommandContext,
  subjects: Subjects,
  options: EvaluationOptions,
): Promise<EvalReport> {
  const { environment, signal } = options;
  const { workingDirectory, home, environment: variables } = context.settings;
  const revisions = revisionsOf(subjects);
  const sandbox = createSandbox();
  try {
    const { path, said } = findBindings(workingDirectory, home);
    context.tell(`bindings: ${said}`);
    const [binding] = readBindings(path, [environment]);
    if (binding === undefined) throw new Error(`No binding of ${environment}.`);
    const bound = await openBinding({ binding, environment, variables }, revisions);
    await requireUnderstoodCases(subjects.suites, sandbox);
    const labelsOf = await admittedByApi(context, binding);
    signal.throwIfAborted();
    return await withPrivateGateway({ revisions, environment, bound }, (gateway) =>
      measure({ context, subjects, labelsOf, sandbox, binding, gateway, options }),
    );
  } finally {
    sandbox.close();
  }
}

function revisionsOf({ candidate, baseline }: Subjects): Revision[] {
  return baseline === undefined ? [candidate] : [candidate, baseline];
}

interface Measurement {
  readonly context: CommandContext;
  readonly subjects: Subjects;
  readonly labelsOf: (judge: NamedJudge) => LabelledCounts | undefined;
  readonly sandbox: Sandbox;
  readonly binding: Binding;
  readonly gateway: PrivateGateway;
  readonly options: EvaluationOptions;
}

/** By digest: what the revisions' chains name, and what these cost. */
function chainsOf(subjects: Subjects, binding: Binding) {
  const revisions = revisionsOf(subjects);
  return {
    chains: new Map(revisions.map(({ digest, content }) => [digest, content.chain.map(targetName)])),
    prices: new Map(revisions.map(({ digest, content }) => [digest, chainPrices(content, binding)])),
  };
}

async function measure(measurement: Measurement): Promise<EvalReport> {
  const { context, subjects, sandbox, binding, options, labelsOf } = measurement;
  const { app, candidate, baseline, gate } = subjects;
  const { concurrency, patienceMs, signal, measured } = options;
  const gateway = { ...measurement.gateway, timeoutMs: callTimeoutMs };
  const live = context.live();
  const patience = createPatience({
    atOnce: concurrency,
    patienceMs,
    onWait: (wait) => {
      live.show(waitText(wait), waitText(wait));
    },
  });
  const judging = openJudging({
    ...{ binding, gateway, patience, budget: createOwnBudget(), labelsOf },
    isAdmitted: (judge) => labelsOf(judge) !== undefined,
  });
  const cases = prepareCases(subjects.suites, { sandbox, judging });
  requirePrices(
    cases,
    revisionsOf(subjects).map(({ content }) => content),
    binding,
  );
  const notProbed = await requireTargets(measurement, createProbe(gateway));
  const planned = planOf({
    cases,
    candidate: candidate.digest,
    stable: baseline?.digest,
    chain: candidate.content.chain,
    prompts: { candidate: candidate.content, stable: baseline?.content },
    settings: gate,
    judging,
  });
  const plan = notProbed.length === 0 ? planned : { ...planned, notProbed };
  measured.plan = plan;
  const { chains, prices } = chainsOf(subjects, binding);
  const ask = createPatientGateway({ gateway, app, chains, patience });
  const callModel = createGatewayCaller({ app, ask, prices });
  const onProgress: RunSuites['onProgress'] = ({ result, done, planned, round }) => {
    measured.results.push(result);
    live.show(`round ${round}: ${done} of ${planned} calls`, `round ${round}: ${planned} calls in all`);
  };
  try {
    const { decision, results } = await runSuites({
      plan,
      cases,
      callModel,
      concurrency,
      onProgress,
      signal,
    });
    const labels = {
      candidate: candidate.label,
      ...(plan.stable === undefined || baseline === undefined ? {} : { stable: baseline.label }),
    };
    return makeReport({ app, labels, plan, decision, results });
  } finally {
    live.end();
  }
}

/**
 * What could not be probed, as sentences. Throws `gate_blocked` where a target of the candidate's chain cannot answer,
 * whatever is asked of it.
 */
async function requireTargets(
  { context, subjects: { app, candidate }, options: { environment, signal } }: Measurement,
  probe: Probe,
): Promise<string[]> {
  const subject = { app, revision: candidate.digest, environment };
  const { dead, unknown } = await probeTargets(probe, subject, { time: systemTime, signal });
  for (const sentence of unknown) context.tell(`not sure yet: ${sentence}`);
  if (dead.length === 0) return unknown;
  throw new SluiceError('gate_blocked', `${candidate.label} cannot be evaluated: ${dead.join('; ')}.`, {
    remedy: remedyForDead,
  });
}
