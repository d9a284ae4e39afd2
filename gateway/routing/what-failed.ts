import type { Reason } from '../../domain/guardrail/answers/reasons.ts';
import type { RequestEnding } from '../../domain/guardrail/request-course.ts';
import { targetName } from '../../domain/revision/revision.ts';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import type { AnswerSummary } from '../answer/answer.ts';
import type { Attempt } from '../failover/chain.ts';
import type { AnswerProgress } from './answer-progress.ts';

/** A call that gave no answer, as a log line has it: never what was asked or said. */
export interface UnansweredCall extends Omit<Reason, 'what'> {
  /** How long it took; absent where there was no call, or none that ended by itself. */
  readonly ms?: number;
}

/** What an arm's own calls failed by, and what that came to. */
export interface WhatFailed {
  readonly what: Reason['what'];
  readonly calls: readonly UnansweredCall[];
}

/** Where nothing was called, it failed before. */
const beforeCalls = 'before any model';

/**
 * Of an answer that failed, was rescued or came from a later target, the calls of the admitted arm's own chain that gave
 * none; undefined for all others, whose requests are to cost nothing here.
 */
export function whatFailed(
  { progress, summary }: { readonly progress: AnswerProgress; readonly summary: AnswerSummary },
  ending: RequestEnding,
): WhatFailed | undefined {
  const isRescued = progress.reason === 'rescued';
  const isFailed = ending === 'failed';
  const failedOver = !isRescued && progress.attempts.length > 1;
  if (!isRescued && !isFailed && !failedOver) return undefined;
  // Whoever left before there was an answer, or was at fault, has met no failure of the arm's.
  if (!isFailed && progress.answeredBy === undefined) return undefined;
  const own = progress.attempts.slice(0, progress.ownFailure?.attempts);
  const calls = own.flatMap(callOf);
  const what = isFailed ? 'failed' : isRescued ? 'rescued' : 'failed-over';
  if (what === 'failed' && progress.ownFailure === undefined) calls.push(...brokenOff(progress, summary));
  if (calls.length > 0) return { what, calls };
  if (what === 'failed-over') return undefined;
  return {
    what,
    calls: [{ target: beforeCalls, kind: progress.ownFailure?.code ?? codeOf(summary.errored) }],
  };
}

function callOf({ provider, logicalModel, failure, status, durationMs }: Attempt): UnansweredCall[] {
  if (failure === undefined) return [];
  const target = targetName({ provider, model: logicalModel });
  const ms =
    failure.kind === 'unavailable' || failure.kind === 'refused_here' ? {} : { ms: Math.round(durationMs) };
  return [{ target, kind: failure.kind, ...statusOf(failure, status), ...ms }];
}

/** Who had begun to answer, and did not come to the end. */
function brokenOff({ answeredBy }: AnswerProgress, { errored }: AnswerSummary): UnansweredCall[] {
  if (answeredBy === undefined || errored === undefined) return [];
  const { provider, logicalModel: model } = answeredBy.target;
  return [{ target: targetName({ provider, model }), kind: errored.kind, ...statusOf(errored) }];
}

/** The provider's own, where it answered with an error; of an error inside a stream, the one that it has elsewhere. */
function statusOf({ kind, status }: ProviderFailure, ofAnswer?: number): { readonly status?: number } {
  if (kind !== 'status') return {};
  return { status: ofAnswer === undefined || ofAnswer < 300 ? status : ofAnswer };
}

function codeOf(errored: ProviderFailure | undefined): string {
  return errored === undefined || errored.kind !== 'internal' ? (errored?.kind ?? 'internal') : errored.code;
}
