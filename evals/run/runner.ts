import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { Answer } from '../assertions/answer.ts';
import { shortfallOf } from './shortfall.ts';
import { eachAtOnce } from './each-at-once.ts';
import type { EvalCase, PreparedCheck } from './eval-case.ts';
import { defined } from '../../protocols/fields.ts';
import type { CallModel, ModelCall, ModelReply } from '../targets/model-call.ts';
import { scoreCase, type CaseScore, type CheckResult } from './scoring.ts';
import type { WorkItem, WorkResult } from './work.ts';

export interface RunWork {
  readonly items: readonly WorkItem[];
  readonly cases: ReadonlyMap<string, EvalCase>;
  readonly callModel: CallModel;
  /** The target that a work item's call is pinned to. */
  readonly pinnedTarget: (target: number) => number | undefined;
  /** The other arm of a revision, where there is one. */
  readonly otherArm?: ((revision: string) => string | undefined) | undefined;
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** Called as soon as an item has its result; what it returns is waited for. */
  readonly onResult: (result: WorkResult) => Promise<void> | void;
  readonly signal?: AbortSignal | undefined;
  /** Keep the beginning of answers that passed as well: for reports that show both arms side by side. */
  readonly keepsAnswers?: boolean | undefined;
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
  run: Pick<RunWork, 'cases' | 'callModel' | 'pinnedTarget' | 'otherArm' | 'keepsAnswers'>,
  signal: AbortSignal,
): Promise<WorkResult> {
  const { cases, callModel, pinnedTarget, keepsAnswers } = run;
  const evalCase = cases.get(item.caseId);
  if (evalCase === undefined) {
    throw new SluiceError('internal', `Case ${item.caseId} was planned, but is in no suite of the release.`);
  }
  const { revision, target } = item;
  const { prompt, vars } = evalCase;
  const reply = await callModel({ revision, target: pinnedTarget(target), prompt, vars, signal });
  if (reply.kind === 'failed') return failedResult(item, reply);
  const keeps = keepsAnswers === true;
  if (!evalCase.checks.some(({ compares }) => compares)) return judge(item, evalCase, reply, keeps);
  const otherRevision = run.otherArm?.(revision);
  if (otherRevision === undefined) return judge(item, withoutPairs(evalCase), reply, keeps);
  const call = { revision: otherRevision, target: pinnedTarget(0), prompt, vars, signal };
  return judge(item, evalCase, { ...reply, other: await outputOf(callModel, call) }, keeps);
}

/** What the other arm answers to the same, asked for this comparison alone; nothing where it fails by its own fault. */
async function outputOf(callModel: CallModel, call: ModelCall): Promise<string> {
  const reply = await callModel(call);
  return reply.kind === 'failed' ? '' : reply.output;
}

/** Without another arm there is nothing to compare with: what else a case asks decides, if there is anything. */
function withoutPairs(evalCase: EvalCase): EvalCase {
  const checks = evalCase.checks.filter(({ compares }) => compares !== true);
  return checks.some(({ weight }) => weight > 0) ? { ...evalCase, checks } : evalCase;
}

function failedResult(item: WorkItem, reply: ModelReply & { readonly kind: 'failed' }): WorkResult {
  const error = `${reply.code}: ${reply.message}`.slice(0, shownError);
  const details = reply.status === undefined ? {} : { status: reply.status };
  return { ...item, verdict: 'failed', error, latencyMs: reply.latencyMs, details };
}

async function judge(
  item: WorkItem,
  evalCase: EvalCase,
  answer: ModelReply & { readonly kind: 'answered' } & Pick<Answer, 'other'>,
  keepsAnswers: boolean,
): Promise<WorkResult> {
  const measured = measuredOf(answer);
  const scored = await scoreAnswer(evalCase, answer);
  const output = answer.output.slice(0, shownOutput);
  if (scored.kind === 'not-judged') {
    const error = scored.why.join('; ').slice(0, shownError);
    const details = { ...measured.details, ...saidByJudges(scored), output };
    return { ...item, ...measured, verdict: 'not-judged', error, details };
  }
  const { passed, score, reasons, failedBy } = scored;
  const why = passed ? (keepsAnswers ? { output } : {}) : { reasons, output, ...defined({ failedBy }) };
  const details = { ...measured.details, ...saidByJudges(scored), ...why };
  return { ...item, ...measured, verdict: passed ? 'passed' : 'failed', score, details };
}

function saidByJudges({ judged, reported }: CaseScore): Pick<WorkResult['details'], 'judged' | 'reported'> {
  return defined({ judged, reported });
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
  const results = await Promise.all(evalCase.checks.map((each) => askCheck(each, evalCase, answer)));
  return scoreCase(results, evalCase.threshold);
}

/** Whatever an assertion throws, it has said nothing of the answer. */
export async function askCheck(
  { check, name, weight, reports }: PreparedCheck,
  { vars }: Pick<EvalCase, 'vars'>,
  answer: Answer,
): Promise<CheckResult> {
  const shown = { name, weight, ...defined({ reports }) };
  try {
    return { kind: 'judged', ...(await check(answer, vars)), ...shown };
  } catch (error) {
    return { kind: 'not-judged', why: messageOf(error), ...shown };
  }
}
