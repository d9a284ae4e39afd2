import type { Binding } from '../../domain/binding.ts';
import type { Revision } from '../../domain/revision.ts';
import { createJavascriptSandbox } from '../../evals/assertions/javascript-sandbox.ts';
import { prepareCases, type EvalCase } from '../../evals/eval-case.ts';
import { createGatewayCaller } from '../../evals/gateway-caller.ts';
import { runSuites } from '../../evals/local.ts';
import { planOf } from '../../evals/plan-evaluation.ts';
import { chainPrices, requirePrices } from '../../evals/pricing.ts';
import { makeReport, type EvalReport } from '../../evals/report.ts';
import type { CommandContext } from '../commands/context.ts';
import { readBindings } from '../up/environments.ts';
import { findBindings } from './find-bindings.ts';
import { openBinding } from './open-binding.ts';
import { withPrivateGateway, type PrivateGateway } from './private-gateway.ts';
import type { Subjects } from './subjects.ts';

export interface RunOptions {
  environment: string;
  signal: AbortSignal;
}

/** Calls in flight; what a provider's smallest tier takes. */
const concurrency = 8;
const javascriptTimeoutMs = 1000;
/** Longer than any revision's own timers, which decide first. */
const callTimeoutMs = 600_000;

/**
 * Starts a private gateway with the revisions, runs the suites and reports. Throws `not_found` and
 * `invalid_file` for what the environment does not have, before anything is started; `unreachable` and
 * `broken_measurement` where nothing can be said; and whatever the abort of the signal leads to.
 */
export async function runEvaluation(
  context: CommandContext,
  subjects: Subjects,
  { environment, signal }: RunOptions,
): Promise<EvalReport> {
  const { workingDirectory, home, environment: variables } = context.settings;
  const revisions = revisionsOf(subjects);
  const sandbox = createJavascriptSandbox({ timeoutMs: javascriptTimeoutMs });
  try {
    const { path, said } = findBindings(workingDirectory, home);
    context.tell(`bindings: ${said}`);
    const [binding] = readBindings(path, [environment]);
    if (binding === undefined) throw new Error(`No binding of ${environment}.`);
    const bound = await openBinding({ binding, environment, variables }, revisions);
    const cases = prepareCases(subjects.suites, sandbox);
    const contents = revisions.map(({ content }) => content);
    requirePrices(cases, contents, binding);
    signal.throwIfAborted();
    return await withPrivateGateway({ revisions, environment, bound }, (gateway) =>
      measure({ context, subjects, cases, binding, gateway, signal }),
    );
  } finally {
    await sandbox.close();
  }
}

function revisionsOf({ candidate, baseline }: Subjects): Revision[] {
  return baseline === undefined ? [candidate] : [candidate, baseline];
}

interface Measurement {
  context: CommandContext;
  subjects: Subjects;
  cases: EvalCase[];
  binding: Binding;
  gateway: PrivateGateway;
  signal: AbortSignal;
}

async function measure(measurement: Measurement): Promise<EvalReport> {
  const { context, subjects, cases, binding, gateway, signal } = measurement;
  const { app, candidate, baseline, gate } = subjects;
  const plan = planOf({
    cases,
    candidate: candidate.digest,
    stable: baseline?.digest,
    targets: candidate.content.chain.length,
    prompts: { candidate: candidate.content, stable: baseline?.content },
    settings: gate,
  });
  const prices = revisionsOf(subjects).map(
    ({ digest, content }) => [digest, chainPrices(content, binding)] as const,
  );
  const { baseUrl, internalToken } = gateway;
  const callModel = createGatewayCaller({
    baseUrl,
    internalToken,
    app,
    prices: new Map(prices),
    timeoutMs: callTimeoutMs,
  });
  const live = context.live();
  const onProgress = ({ done, planned, round }: { done: number; planned: number; round: number }) => {
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
