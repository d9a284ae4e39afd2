import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { targetName } from '../../domain/revision/revision.ts';
import { shortened } from '../../domain/text/shortened.ts';
import type { Sampler } from '../telemetry/samples.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { AlarmOperator } from '../telemetry/operator-alarm.ts';
import type { RequestEnding } from '../../domain/guardrail/request-course.ts';
import type { AnswerSummary, WriteAnswer } from '../answer/answer.ts';
import { defined } from '../../protocols/fields.ts';
import type { ParseInbound } from '../../protocols/parse-inbound.ts';
import type { Protocol } from '../../protocols/request.ts';
import { sampleOf } from '../../protocols/samples/sample.ts';
import { keyIdOf, type Caller } from '../callers/caller.ts';
import { admit, type AdmitParts, type Admitted } from './admit.ts';
import { answerRequest, startProgress, type AnswerParts, type AnswerProgress } from './answer-request.ts';
import { parseJson, readInstructions, type IncomingModelRequest } from './incoming.ts';

const keepAliveMs = 5_000;
/** What is measured has to say in its head who answered, and nobody's connection is in danger. */
const measuredKeepAliveMs = 600_000;

export interface HandleParts extends AdmitParts, AnswerParts {
  readonly parseInbound: ParseInbound;
  readonly writeAnswer: WriteAnswer;
  readonly internalToken: string;
  readonly sampler: Sampler;
  readonly metrics: Metrics;
  readonly alarmOperator: AlarmOperator;
  /** Something that nobody foresaw was thrown. */
  readonly onUnexpected: (error: unknown) => void;
  readonly onFailedRequest: (facts: Record<string, unknown>) => void;
}

/**
 * Answers one model request. Throws a `SluiceError` for what is refused before anything was written; afterwards
 * whatever happens stands in the answer.
 */
export async function handleModelRequest(
  parts: HandleParts,
  protocol: Protocol,
  { caller, headers, body }: { caller: Caller; headers: IncomingMessage['headers']; body: Buffer },
  response: ServerResponse,
): Promise<void> {
  const startedMs = parts.clock.nowMs();
  const inbound = parts.parseInbound(protocol, parseJson(body));
  const instructions = readInstructions(headers, inbound, parts.internalToken);
  const incoming: IncomingModelRequest = { caller, protocol, body, inbound, instructions };
  const admitted = await admit(parts, incoming);
  const progress = startProgress(admitted);
  const wanted = instructions.maySample && parts.sampler.wants(admitted.app, admitted.sampling);
  const summary = await writeTheAnswer(parts, { admitted, incoming, progress, response });
  const ending = endingOf(summary, progress);
  admitted.counted.end(ending, summary.usage);
  const finished: Finished = {
    admitted,
    incoming,
    progress,
    summary,
    ending,
    latencyMs: parts.clock.nowMs() - startedMs,
  };
  observe(parts, finished);
  if (!wanted) return;
  // Whoever sends faulty requests would otherwise use up what is kept of everybody's.
  if (ending === 'caller-fault') parts.sampler.giveBack(admitted.app);
  else keepSample(parts, finished);
}

interface Answering {
  admitted: Admitted;
  incoming: IncomingModelRequest;
  progress: AnswerProgress;
  response: ServerResponse;
}

function writeTheAnswer(
  parts: HandleParts,
  { admitted, incoming, progress, response }: Answering,
): Promise<AnswerSummary> {
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  return parts.writeAnswer(response, {
    events: answerRequest(parts, { admitted, incoming, progress, signal: left.signal }),
    request: incoming.inbound.request,
    id: randomUUID().replaceAll('-', ''),
    createdS: Math.floor(parts.clock.epochMs() / 1000),
    headers: () => ({
      ...answerHeaders(admitted, progress),
      ...limitHeader(progress, incoming),
      ...incoming.instructions.sampleNote,
    }),
    keepAliveMs: admitted.arm === 'pinned' ? measuredKeepAliveMs : keepAliveMs,
    clock: parts.clock,
    onUnexpected: parts.onUnexpected,
  });
}

/** Every answer names its revision (invariant 17). */
function answerHeaders({ splitVersion }: Admitted, progress: AnswerProgress): Record<string, string> {
  return {
    'x-sluice-revision': progress.revision.label,
    'x-sluice-revision-digest': progress.revision.digest,
    'x-sluice-arm': progress.arm,
    'x-sluice-split-version': String(splitVersion),
    'x-sluice-attempts': String(progress.attempts.length),
    'x-sluice-reason': progress.reason,
    ...targetHeader(progress),
    ...ignoredHeader(progress),
    ...(progress.arm === 'pinned' ? failureHeader(progress) : {}),
  };
}

/** The limit of the answer's length, where it is another one than the caller has set. */
function limitHeader(
  { maxTokens }: AnswerProgress,
  { inbound }: IncomingModelRequest,
): Record<string, string> {
  const isAsAsked = maxTokens === undefined || maxTokens === inbound.request.parameters.maxTokens;
  return isAsAsked ? {} : { 'x-sluice-max-tokens': String(maxTokens) };
}

const ignoredNamed = 20;
const longestName = 100;

/** The fields that did not pass: who sent them is told, and not refused. */
function ignoredHeader({ ignored }: AnswerProgress): Record<string, string> {
  if (ignored.length === 0) return {};
  const names = ignored.slice(0, ignoredNamed).map((name) => headerText(shortened(name, longestName)));
  return { 'x-sluice-ignored': names.join(', ') };
}

/** Who answered: position in the revision's chain, from 1, and logical names. */
function targetHeader({ answeredBy }: AnswerProgress): Record<string, string> {
  if (answeredBy === undefined) return {};
  const { provider, logicalModel: model } = answeredBy.target;
  return { 'x-sluice-target': `${answeredBy.index + 1} ${headerText(targetName({ provider, model }))}` };
}

/**
 * For evaluations, which have to tell a provider's outage from a wrong model: the kind, the provider's status, and what
 * its operator has to mend.
 */
function failureHeader({ failedBy, attempts }: AnswerProgress): Record<string, string> {
  if (failedBy === undefined) return {};
  const { kind, matter } = failedBy;
  const { status } = attempts.find(({ failure }) => failure === failedBy) ?? {};
  return {
    'x-sluice-failure': [kind, ...(status === undefined ? [] : [status, matter ?? []])].flat().join(' '),
  };
}

/** A model may be called what it likes; a header carries visible ASCII. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
}

function endingOf(summary: AnswerSummary, progress: AnswerProgress): RequestEnding {
  if (summary.disconnected) return progress.hasContent ? 'left-midway' : 'left-unanswered';
  if (summary.ok) return 'completed';
  return progress.callerFault ? 'caller-fault' : 'failed';
}

interface Finished {
  admitted: Admitted;
  incoming: IncomingModelRequest;
  progress: AnswerProgress;
  summary: AnswerSummary;
  ending: RequestEnding;
  latencyMs: number;
}

function observe(
  { metrics, alarmOperator, onFailedRequest }: HandleParts,
  { admitted, incoming, progress, summary, ending, latencyMs }: Finished,
): void {
  const { app } = admitted;
  const key = keyIdOf(incoming.caller);
  const { arm, reason, attempts, answeredBy, undeclared, revision } = progress;
  metrics.request({ app, arm, reason, outcome: ending }, latencyMs / 1000);
  if (key !== undefined) metrics.keyRequest({ key, outcome: ending });
  metrics.attempts(attempts);
  alarmOperator(attempts);
  if (answeredBy !== undefined && summary.usage !== undefined)
    metrics.usage(answeredBy.target, summary.usage);
  if (undeclared.length > 0) metrics.undeclaredVariables(app, undeclared.length);
  if (ending !== 'failed') return;
  const { kind, code, status, fault } = summary.errored ?? {};
  onFailedRequest({
    app,
    arm,
    reason,
    revision: revision.label,
    key,
    attempts: attempts.length,
    kind,
    code,
    status,
    fault,
  });
}

function keepSample(
  { sampler }: HandleParts,
  { admitted, incoming, progress, summary, ending, latencyMs }: Finished,
): void {
  const { protocol, inbound, instructions } = incoming;
  sampler.keep({
    app: admitted.app,
    sampling: admitted.sampling,
    revision: progress.revision.digest,
    arm: progress.arm,
    ageMs: latencyMs,
    metadata: {
      protocol,
      prompt: admitted.promptName ?? null,
      stream: inbound.request.stream,
      outcome: ending,
      reason: progress.reason,
      splitVersion: admitted.splitVersion,
      subject: admitted.subjectHash ?? null,
      latencyMs: Math.round(latencyMs),
      tokensIn: summary.usage?.inputTokens ?? null,
      tokensOut: summary.usage?.outputTokens ?? null,
      // How many: a caller may put content into a name as well, and metadata is not sealed.
      variables: Object.keys(instructions.variables).length,
      undeclared: progress.undeclared.length,
    },
    sample: () =>
      sampleOf(inbound, {
        ...defined({ prompt: admitted.promptName, documents: progress.documents, index: progress.index }),
        ...defined({ anthropicBeta: instructions.callersHeaders['anthropic-beta'] }),
        variables: instructions.variables,
      }),
  });
}
