import type { SluiceError } from '../../domain/errors.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import { listening } from '../live/heard.ts';
import type { AnswerOutput } from '../answer/output.ts';
import { promisedFormat } from '../answer/promised-format.ts';
import { watchFormat } from '../answer/watch-format.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { uncounted } from '../telemetry/counted-request.ts';
import type { AdmittedQuestion, AnswerParts } from './answer-progress.ts';
import { tryRevision, type TryOutcome } from './try-revision.ts';

/**
 * Gives the answer of the admitted revision or, where that is a candidate that fails in whatever way, of stable: rescued,
 * and charged to the candidate. Rejects with what was thrown before there was one.
 */
export async function answerRequest(
  parts: AnswerParts,
  question: AdmittedQuestion,
  answer: AnswerOutput,
): Promise<void> {
  const { progress } = question;
  const outcome = await answerOrRescue(parts, question);
  if (outcome.kind === 'unprepared') throw outcome.error;
  if (outcome.kind === 'failed') {
    progress.failedBy = outcome.error;
    answer.end({ type: 'error', failure: outcome.error });
    return;
  }
  // One that was pinned stands where the pin says.
  const index = (question.admitted.target ?? 0) + outcome.index;
  progress.answeredBy = { target: outcome.target, index };
  progress.maxTokens = outcome.attempts[outcome.index]?.maxTokens;
  progress.hasContent = true;
  const heard = progress.heard === undefined ? answer : listening(answer, progress.heard);
  outcome.flowTo(watched(question, outcome.target, heard));
}

/** The answer, looked at on its way where a format was promised of it, and it is counted: what is pinned is measured itself. */
function watched(
  { admitted, progress, incoming }: AdmittedQuestion,
  target: ResolvedTarget,
  answer: AnswerOutput,
): AnswerOutput {
  if (admitted.counted === uncounted) return answer;
  const promised = progress.asked && promisedFormat(progress.asked, target);
  if (promised === undefined) return answer;
  const { protocol, inbound } = incoming;
  return watchFormat(answer, { promised, protocol, stream: inbound.request.stream }, () => {
    progress.invalidFormat = true;
  });
}

async function answerOrRescue(parts: AnswerParts, question: AdmittedQuestion): Promise<TryOutcome> {
  const { admitted, progress, signal } = question;
  const outcome = await tryRevision(parts, question, admitted.revision);
  progress.callerFault = isCallersFault(outcome);
  if (outcome.kind === 'answered') admitted.counted.markAnswered({ failedOver: outcome.index > 0 });
  if (outcome.kind === 'answered' || admitted.rescuer === undefined || signal.aborted) return outcome;
  progress.ownFailure = { attempts: progress.attempts.length, code: outcome.error.code };
  return rescue(parts, question, admitted.rescuer);
}

/**
 * Whether the request is at fault, or the candidate, which cannot express it or asks a provider for what that refuses,
 * only stable can tell: it is the caller's fault where stable finds it so too. Stable gets a total time of its own: a
 * candidate that used its own up has not used up the caller's patience.
 */
async function rescue(
  parts: AnswerParts,
  question: AdmittedQuestion,
  rescuer: ServedRevision,
): Promise<TryOutcome> {
  const { admitted, progress } = question;
  const failedAtMs = parts.clock.nowMs();
  if (!progress.callerFault) admitted.counted.markFailed(failedAtMs);
  const outcome = await tryRevision(parts, question, rescuer);
  progress.callerFault &&= isCallersFault(outcome);
  if (!progress.callerFault) admitted.counted.markFailed(failedAtMs);
  if (outcome.kind !== 'answered') return outcome;
  admitted.counted.markAnswered({ failedOver: false }); // Of stable's chain: the candidate's gave no answer.
  admitted.counted.markRescued();
  progress.revision = rescuer;
  progress.arm = 'stable';
  progress.reason = 'rescued';
  return outcome;
}

/** Is the request itself to blame? A caller who went away has done nothing wrong. */
function isCallersFault(outcome: TryOutcome): boolean {
  switch (outcome.kind) {
    case 'answered':
      return false;
    case 'failed':
      return outcome.error.fault === 'caller' && outcome.error.kind !== 'aborted';
    case 'unprepared':
      return isRequestsFault(outcome.error);
  }
}

/** Was it the request that could not be prepared, and not what the revision needs for it? */
function isRequestsFault(error: SluiceError): boolean {
  const requestCodes = ['invalid_request', 'not_found', 'rendering_failed'];
  return requestCodes.includes(error.code) && error.details['retrieval'] === undefined;
}
