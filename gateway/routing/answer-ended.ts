import type { RequestEnding } from '../../domain/guardrail/request-course.ts';
import { wholePrice } from '../../domain/price.ts';
import type { AnswerFacts } from '../../domain/guardrail/answers/facts.ts';
import { defined } from '../../protocols/fields.ts';
import { sampleOf, type Sample } from '../../protocols/samples/sample.ts';
import type { AnswerSummary } from '../answer/answer.ts';
import { keyIdOf, mayDo } from '../callers/caller.ts';
import type { Clock } from '../clock.ts';
import { keptLabels } from '../telemetry/kept-labels.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { AlarmOperator } from '../telemetry/operator-alarm.ts';
import { textHeard } from '../live/heard.ts';
import type { LiveAnswers } from '../live/live-answers.ts';
import type { Sampler } from '../telemetry/samples.ts';
import type { Admitted } from './admit.ts';
import type { AnswerProgress } from './answer-progress.ts';
import type { IncomingModelRequest } from './incoming.ts';
import { whatFailed, type WhatFailed } from './what-failed.ts';

export interface EndParts {
  readonly clock: Clock;
  readonly sampler: Pick<Sampler, 'keep' | 'giveBack'>;
  readonly live: Pick<LiveAnswers, 'choose' | 'keep'>;
  readonly metrics: Pick<Metrics, 'answered'>;
  readonly alarmOperator: AlarmOperator;
  /** Told of a request that failed, was rescued or answered by a later target, what failed. */
  readonly onFailedCalls: (what: WhatFailed['what'], facts: Record<string, unknown>) => void;
}

/** An answer that is over, with all that is known of it. */
export interface EndedAnswer {
  readonly admitted: Admitted;
  readonly incoming: IncomingModelRequest;
  readonly progress: AnswerProgress;
  readonly summary: AnswerSummary;
  /** As its caller sees it, with the protocol's prefix. */
  readonly answerId: string;
  /** Of the request's arrival, monotonic. */
  readonly startedMs: number;
  /** Decided at its arrival: a sample of it is kept. */
  readonly isSampled: boolean;
}

/**
 * The one end of an answer, whatever became of it: what is counted, measured, logged and kept of it is so here, once.
 * Throws nothing.
 */
export function answerEnded(parts: EndParts, answer: EndedAnswer): void {
  const { admitted, summary } = answer;
  const ending = endingOf(answer);
  const latencyMs = parts.clock.nowMs() - answer.startedMs;
  const facts = factsOf(answer, ending);
  if (facts !== undefined) admitted.counted.markFacts(facts);
  const failed = whatFailed(answer, ending);
  if (failed !== undefined)
    admitted.counted.markReasons(failed.calls.map((call) => ({ ...call, what: failed.what })));
  admitted.counted.end(ending, summary.usage, wholePrice(answer.progress.answeredBy?.target.prices));
  measure(parts, answer, { ending, latencyMs });
  if (failed !== undefined) parts.onFailedCalls(failed.what, failureFacts(answer, failed));
  if (ending === 'completed') keepLive(parts, answer);
  if (!answer.isSampled) return;
  // Whoever sends faulty requests would otherwise use up what is kept of everybody's.
  if (ending === 'caller-fault') parts.sampler.giveBack(admitted.app);
  else keepSample(parts, answer, { ending, latencyMs });
}

function endingOf({ summary, progress }: EndedAnswer): RequestEnding {
  if (summary.disconnected) return progress.hasContent ? 'left-midway' : 'left-unanswered';
  if (summary.ok) return 'completed';
  return progress.callerFault ? 'caller-fault' : 'failed';
}

/** By these a provider tells that its filter let no answer through, and not that the request was faulty. */
const filterCodes: readonly string[] = ['content_filter', 'content_policy_violation'];

/** What a whole answer was; undefined where there was none to look at. */
function factsOf({ summary, progress }: EndedAnswer, ending: RequestEnding): AnswerFacts | undefined {
  if (ending === 'caller-fault') {
    const isFiltered = filterCodes.includes(summary.errored?.code ?? '');
    return isFiltered ? { truncated: false, refused: true, invalidFormat: false } : undefined;
  }
  if (ending !== 'completed') return undefined;
  const { finish } = summary;
  const refused = finish === 'content_filter' || finish === 'refusal';
  return {
    truncated: finish === 'length',
    refused,
    // Nobody expects JSON of what is refused.
    invalidFormat: progress.invalidFormat && !refused,
  };
}

interface Measured {
  readonly ending: RequestEnding;
  readonly latencyMs: number;
}

function measure(
  { metrics, alarmOperator }: EndParts,
  { admitted: { app }, incoming, progress, summary }: EndedAnswer,
  { ending, latencyMs }: Measured,
): void {
  const { arm, reason, attempts, answeredBy, undeclared } = progress;
  metrics.answered({
    labels: { app, arm, reason, outcome: ending },
    key: keyIdOf(incoming.caller),
    seconds: latencyMs / 1000,
    attempts,
    answeredBy: answeredBy?.target,
    usage: summary.usage,
    undeclared: undeclared.length,
  });
  alarmOperator(attempts);
}

/** Which answer a log line is about: how its caller, its operator and a trace find it again. */
export function identityFacts({ admitted, incoming, progress, answerId }: Omit<EndedAnswer, 'summary'>): {
  readonly app: string;
  readonly [fact: string]: string | undefined;
} {
  const { instructions, caller } = incoming;
  return {
    app: admitted.app,
    release: admitted.releaseId,
    revision: progress.revision.label,
    arm: progress.arm,
    reason: progress.reason,
    answer: answerId,
    trace: instructions.trace?.traceId,
    key: keyIdOf(caller),
  };
}

function failureFacts(answer: EndedAnswer, { what, calls }: WhatFailed): Record<string, unknown> {
  const attempts = answer.progress.attempts.length;
  const facts = { ...identityFacts(answer), attempts, failed: calls };
  if (what !== 'failed') return facts;
  const { kind, code, status, fault } = answer.summary.errored ?? {};
  return { ...facts, kind, code, status, fault };
}

function keepSample(
  { sampler }: EndParts,
  { admitted, incoming, progress, summary }: EndedAnswer,
  { ending, latencyMs }: Measured,
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
    sample: () => askedSample({ admitted, incoming, progress }),
  });
}

/** What stable answered for a candidate is of no arm. */
function keepLive({ live }: EndParts, { admitted, incoming, progress }: EndedAnswer): void {
  const { heard } = progress;
  if (admitted.live === undefined || heard === undefined || progress.reason === 'rescued') return;
  const { protocol, inbound } = incoming;
  const { finishReason } = heard;
  live.keep(admitted.app, admitted.live, () => ({
    sample: askedSample({ admitted, incoming, progress }),
    output: textHeard(heard, { protocol, stream: inbound.request.stream }),
    ...defined({ finishReason }),
  }));
}

function askedSample({
  admitted,
  incoming: { inbound, instructions, caller },
  progress,
}: Pick<EndedAnswer, 'admitted' | 'incoming' | 'progress'>): Sample {
  const labels = mayDo(caller, 'labels') ? keptLabels(instructions.labels) : undefined;
  return sampleOf(inbound, {
    ...defined({ labels }),
    ...defined({ prompt: admitted.promptName, documents: progress.documents, index: progress.index }),
    ...defined({ anthropicBeta: instructions.callersHeaders['anthropic-beta'] }),
    variables: instructions.variables,
  });
}
