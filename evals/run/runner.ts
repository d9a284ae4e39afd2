import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { Answer } from '../assertions/answer.ts';
import { shortfallOf } from './shortfall.ts';
import { eachAtOnce } from './each-at-once.ts';
import type { EvalCase } from './eval-case.ts';
import type { CallModel, ModelReply } from '../targets/model-call.ts';
import { scoreCase, type CaseScore, type CheckResult } from './scoring.ts';
import type { WorkItem, WorkResult } from './work.ts';

export interface RunWork {
  readonly items: readonly WorkItem[];
  readonly cases: ReadonlyMap<string, EvalCase>;
  readonly callModel: CallModel;
  /** The target that a work item's call is pinned to. */
  readonly pinnedTarget: (target: number) => number | undefined;
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** Called as soon as an item has its result; what it returns is waited for. */
  readonly onResult: (result: WorkResult) => Promise<void> | void;
  readonly signal?: AbortSignal | undefined;
}

const shownOutput = 1000;
const shownError = 500;

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
  { cases, callModel, pinnedTarget }: Pick<RunWork, 'cases' | 'callModel' | 'pinnedTarget'>,
  signal: AbortSignal,
): Promise<WorkResult> {
  const evalCase = cases.get(item.caseId);
  if (evalCase === undefined) {
    throw new SluiceError('internal', `Case ${item.caseId} was planned, but is in no suite of the release.`);
  }
  const { revision, target } = item;
  const { prompt, vars } = evalCase;
  const reply = await callModel({ revision, target: pinnedTarget(target), prompt, vars, signal });
  return reply.kind === 'failed' ? failedResult(item, reply) : judge(item, evalCase, reply);
}

function failedResult(item: WorkItem, reply: ModelReply & { readonly kind: 'failed' }): WorkResult {
  const error = `${reply.code}: ${reply.message}`.slice(0, shownError);
  const details = reply.status === undefined ? {} : { status: reply.status };
  return { ...item, verdict: 'failed', error, latencyMs: reply.latencyMs, details };
}

async function judge(
  item: WorkItem,
  evalCase: EvalCase,
  answer: ModelReply & { readonly kind: 'answered' },
): Promise<WorkResult> {
  const measured = measuredOf(answer);
  const scored = await scoreAnswer(evalCase, answer);
  const output = answer.output.slice(0, shownOutput);
  if (scored.kind === 'not-judged') {
    const error = scored.why.join('; ').slice(0, shownError);
    return { ...item, ...measured, verdict: 'not-judged', error, details: { ...measured.details, output } };
  }
  const { passed, score, reasons } = scored;
  const details = passed ? {} : { reasons, output };
  const verdict = passed ? 'passed' : 'failed';
  return { ...item, ...measured, verdict, score, details: { ...measured.details, ...details } };
}

function measuredOf(
  answer: ModelReply & { readonly kind: 'answered' },
): Pick<WorkResult, 'latencyMs' | 'costUsd' | 'details'> {
  const { latencyMs, costUsd, inputTokens, outputTokens, answeredBy } = answer;
  const tokens = inputTokens === undefined || outputTokens === undefined ? {} : { inputTokens, outputTokens };
  const by = answeredBy === undefined ? {} : { answeredBy: answeredBy.target };
  return { latencyMs, details: { ...tokens, ...by }, ...(costUsd === undefined ? {} : { costUsd }) };
}

/** An answer that is not whole is no answer, whatever it does not contain. */
async function scoreAnswer(evalCase: EvalCase, answer: Answer): Promise<CaseScore> {
  const shortfall = shortfallOf(answer, evalCase.expected);
  if (shortfall !== undefined) return { kind: 'judged', passed: false, score: 0, reasons: [shortfall] };
  const results = await Promise.all(evalCase.checks.map((each) => ask(each, evalCase, answer)));
  return scoreCase(results, evalCase.threshold);
}

/** Whatever an assertion throws, it has said nothing of the answer. */
async function ask(
  { check, weight }: EvalCase['checks'][number],
  { vars }: EvalCase,
  answer: Answer,
): Promise<CheckResult> {
  try {
    return { kind: 'judged', ...(await check(answer, vars)), weight };
  } catch (error) {
    return { kind: 'not-judged', why: messageOf(error), weight };
  }
}
