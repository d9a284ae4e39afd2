import { messageOf, SluiceError } from '../domain/errors.ts';
import type { Answer } from './assertions/answer.ts';
import { eachAtOnce } from './each-at-once.ts';
import type { EvalCase } from './eval-case.ts';
import type { CallModel, ModelReply } from './model-call.ts';
import { scoreCase } from './scoring.ts';
import type { WorkItem, WorkResult } from './work.ts';

export interface RunWork {
  items: readonly WorkItem[];
  cases: ReadonlyMap<string, EvalCase>;
  callModel: CallModel;
  /** Calls in flight at most. */
  concurrency: number;
  /** Called as soon as an item has its result; what it returns is waited for. */
  onResult: (result: WorkResult) => Promise<void> | void;
  signal?: AbortSignal | undefined;
}

const shownOutput = 1000;

/**
 * Runs work items with bounded concurrency. What a revision does wrong is a result; where the way to it is broken, no
 * further item is begun and the first such error is thrown.
 */
export async function runWork({ items, concurrency, signal, onResult, ...run }: RunWork): Promise<void> {
  await eachAtOnce(items, { atOnce: concurrency, signal }, async (item, stopped) => {
    await onResult(await runItem(item, run, stopped));
  });
}

async function runItem(
  item: WorkItem,
  { cases, callModel }: Pick<RunWork, 'cases' | 'callModel'>,
  signal: AbortSignal,
): Promise<WorkResult> {
  const evalCase = cases.get(item.caseId);
  if (evalCase === undefined) {
    throw new SluiceError('internal', `Case ${item.caseId} was planned, but is in no suite of the release.`);
  }
  const { revision, target } = item;
  const reply = await callModel({ revision, target, vars: evalCase.vars, signal });
  return reply.kind === 'failed' ? failedResult(item, reply) : judge(item, evalCase, reply);
}

function failedResult(item: WorkItem, reply: ModelReply & { kind: 'failed' }): WorkResult {
  const error = `${reply.code}: ${reply.message}`.slice(0, 500);
  const details: WorkResult['details'] = reply.fault === 'provider' ? { fault: reply.fault } : {};
  return { ...item, passed: false, error, latencyMs: reply.latencyMs, details };
}

async function judge(
  item: WorkItem,
  evalCase: EvalCase,
  answer: ModelReply & { kind: 'answered' },
): Promise<WorkResult> {
  const measured = measuredOf(answer);
  try {
    const { passed, score, reasons } = await scoreAnswer(evalCase, answer);
    const details = passed ? {} : { reasons, output: answer.output.slice(0, shownOutput) };
    return { ...item, ...measured, passed, score, details: { ...measured.details, ...details } };
  } catch (error) {
    // An assertion that could not be asked (code without an end, a cost that is not known) leaves the case unjudged.
    return { ...item, ...measured, passed: false, error: messageOf(error) };
  }
}

function measuredOf(
  answer: ModelReply & { kind: 'answered' },
): Pick<WorkResult, 'latencyMs' | 'costUsd' | 'details'> {
  const { latencyMs, costUsd, inputTokens, outputTokens } = answer;
  const tokens = inputTokens === undefined || outputTokens === undefined ? {} : { inputTokens, outputTokens };
  return { latencyMs, details: tokens, ...(costUsd === undefined ? {} : { costUsd }) };
}

async function scoreAnswer(evalCase: EvalCase, answer: Answer) {
  const verdicts = await Promise.all(
    evalCase.checks.map(async ({ check, weight }) => ({ ...(await check(answer, evalCase.vars)), weight })),
  );
  return scoreCase(verdicts, evalCase.threshold);
}
