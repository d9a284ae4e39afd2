import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Arm, ArmReason } from '../../domain/split/split.ts';
import type { BoundRetrieval, ServedRevision } from '../config/bind-revision.ts';
import { listening, nothingHeard, type Heard } from '../live/heard.ts';
import { composeRequest, type ComposedRequest } from '../rendering/compose-request.ts';
import { documentsOf, queryOf, retrieve, type RetrievalResult } from '../retrieval/retrieve.ts';
import type { LeaveSignal } from '../answer/leave-signal.ts';
import type { AnswerOutput } from '../answer/output.ts';
import { promisedFormat } from '../answer/promised-format.ts';
import { watchFormat } from '../answer/watch-format.ts';
import type { Clock } from '../clock.ts';
import type { Attempt, CallChain, ChainResult } from '../failover/chain.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { ModelRequest } from '../../protocols/request.ts';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import type { Admitted } from './admit.ts';
import type { IncomingModelRequest } from './incoming.ts';

/** What is known of an answer while it comes about: what the headers, the sample and the metrics say. */
export interface AnswerProgress {
  /** With arm and reason: another one where stable answers for the candidate. */
  revision: ServedRevision;
  arm: Arm | 'pinned';
  reason: ArmReason;
  readonly attempts: Attempt[];
  /** Whose answer it is, and its index in the chain of the revision that answered. */
  answeredBy: { readonly target: ResolvedTarget; readonly index: number } | undefined;
  /** The most output tokens that it was asked for. */
  maxTokens: number | undefined;
  /** Why there is none. */
  failedBy: ProviderFailure | undefined;
  /** Undefined where nobody spoke of any. */
  documents: readonly JsonObject[] | undefined;
  index: { readonly version: string; readonly digest: string } | undefined;
  undeclared: readonly string[];
  /** Fields of the request that the revision does not leave to its caller. */
  ignored: readonly string[];
  /** What the revision asked of its chain, for the answer that there is. */
  asked: ModelRequest | undefined;
  /** It promised JSON or a tool's arguments, and something else came. */
  invalidFormat: boolean;
  /** Content has come: who leaves from now on leaves in the middle of an answer. */
  hasContent: boolean;
  /** The request itself was wrong: no arm is charged. */
  callerFault: boolean;
  /** Of an answer that will be scored: what went by. */
  readonly heard: Heard | undefined;
}

export interface AnswerParts {
  readonly clock: Clock;
  readonly callChain: CallChain;
  readonly onIndex: (
    app: string,
    revision: ServedRevision,
    index: { readonly version: string; readonly digest: string },
  ) => void;
}

export interface AdmittedQuestion {
  readonly admitted: Admitted;
  readonly incoming: IncomingModelRequest;
  readonly signal: LeaveSignal;
  readonly progress: AnswerProgress;
}

/** The state of an answer before anything is known but its revision. */
export function startProgress({ revision, arm, reason, live }: Admitted): AnswerProgress {
  return {
    revision,
    arm,
    reason,
    attempts: [],
    answeredBy: undefined,
    maxTokens: undefined,
    failedBy: undefined,
    documents: undefined,
    index: undefined,
    undeclared: [],
    ignored: [],
    asked: undefined,
    invalidFormat: false,
    hasContent: false,
    callerFault: false,
    heard: live === undefined ? undefined : nothingHeard(),
  };
}

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

/** The answer, looked at on its way where a format was promised of it. */
function watched(
  { progress, incoming }: AdmittedQuestion,
  target: ResolvedTarget,
  answer: AnswerOutput,
): AnswerOutput {
  const promised = progress.asked && promisedFormat(progress.asked, target);
  if (promised === undefined) return answer;
  return watchFormat(answer, { promised, protocol: incoming.protocol }, () => {
    progress.invalidFormat = true;
  });
}

/** `unprepared`: it came to no call of a provider. */
type Outcome = ChainResult | { readonly kind: 'unprepared'; readonly error: SluiceError };

async function answerOrRescue(parts: AnswerParts, question: AdmittedQuestion): Promise<Outcome> {
  const { admitted, progress, signal } = question;
  const outcome = await tryRevision(parts, question, admitted.revision);
  progress.callerFault = isCallersFault(outcome);
  if (outcome.kind === 'answered') admitted.counted.markAnswered({ failedOver: outcome.index > 0 });
  if (outcome.kind === 'answered' || admitted.rescuer === undefined || signal.aborted) return outcome;
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
): Promise<Outcome> {
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
function isCallersFault(outcome: Outcome): boolean {
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

async function tryRevision(
  parts: AnswerParts,
  question: AdmittedQuestion,
  revision: ServedRevision,
): Promise<Outcome> {
  const startedMs = parts.clock.nowMs();
  const { signal, incoming, progress } = question;
  try {
    const { request, chain } = await prepare(parts, question, revision);
    progress.asked = request;
    const result = await parts.callChain({
      chain,
      request,
      totalTimeoutMs: Math.max(1, revision.totalTimeoutMs - (parts.clock.nowMs() - startedMs)),
      patienceMs: revision.totalTimeoutMs,
      signal,
      isMeasurement: question.admitted.arm === 'pinned',
      traceHeaders: incoming.instructions.trace?.headers ?? {},
      callersHeaders: letThrough(revision, incoming),
      relayTo: incoming.protocol,
    });
    progress.attempts.push(...result.attempts);
    return result;
  } catch (error) {
    if (error instanceof SluiceError) return { kind: 'unprepared', error };
    throw error;
  }
}

/** Of the caller's headers those that the revision lets through: like the fields that it lists under `caller`. */
function letThrough(
  { content }: ServedRevision,
  { instructions }: IncomingModelRequest,
): Record<string, string> {
  const headers = Object.entries(instructions.callersHeaders);
  return Object.fromEntries(headers.filter(([name]) => content.caller.includes(name)));
}

async function prepare(
  parts: AnswerParts,
  question: AdmittedQuestion,
  revision: ServedRevision,
): Promise<ComposedRequest> {
  const { incoming, admitted, progress } = question;
  const { variables, documents: brought, callersHeaders } = incoming.instructions;
  const { retrieval, content } = revision;
  // Where the revision leaves them to the application, or a replay has frozen them, the request brings them.
  const areBrought = retrieval === undefined || (admitted.arm === 'pinned' && brought !== undefined);
  const documents = areBrought ? brought : await retrieved(parts, question, revision, retrieval);
  progress.documents = documents;
  const composed = await composeRequest({
    revision,
    promptName: admitted.promptName,
    request: incoming.inbound.request,
    variables: documents === undefined ? variables : { ...variables, documents },
  });
  progress.undeclared = composed.undeclared;
  const kept = Object.keys(callersHeaders).filter((name) => !content.caller.includes(name));
  progress.ignored = [...composed.ignored, ...kept];
  const only = admitted.target;
  if (only === undefined) return composed;
  const target = composed.chain[only];
  if (target === undefined) throw new SluiceError('invalid_request', `The chain has no target ${only}.`);
  return { ...composed, chain: [target] };
}

async function retrieved(
  parts: AnswerParts,
  { incoming, admitted, progress, signal }: AdmittedQuestion,
  revision: ServedRevision,
  retrieval: BoundRetrieval,
): Promise<readonly JsonObject[]> {
  const { instructions, inbound } = incoming;
  const result = await retrieve({
    retrieval,
    query: queryOf(inbound.request.messages),
    subject: admitted.subjectHash,
    signal,
    traceHeaders: instructions.trace?.headers ?? {},
  }).catch((error: unknown) => {
    if (error instanceof SluiceError)
      noteRetrieval(admitted, error.details['retrieval'] === 'empty' ? 'empty' : 'error');
    throw error;
  });
  noteRetrieval(admitted, result.kind);
  if (result.kind === 'error') return [];
  progress.index = result.index;
  parts.onIndex(admitted.app, revision, result.index);
  return documentsOf(result);
}

function noteRetrieval({ counted }: Admitted, outcome: RetrievalResult['kind']): void {
  if (outcome !== 'found') counted.markRetrieval(outcome);
}
