import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenAnswer } from '../answer/answer.ts';
import { openAnswer } from '../answer/open-answer.ts';
import { failureForCaller, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ParseInbound } from '../../protocols/parse-inbound.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import type { Protocol } from '../../protocols/request.ts';
import type { Caller } from '../callers/caller.ts';
import { newAnswerRef, type AnswerIds } from '../feedback/answer-ids.ts';
import { admit, admitPinned, type AdmitParts, type Admitted } from './admit.ts';
import { answerEnded, identityFacts, type EndedAnswer, type EndParts } from './answer-ended.ts';
import { answerHeaders } from './answer-headers.ts';
import { answerRequest } from './answer-request.ts';
import { startProgress, type AnswerParts, type AnswerProgress } from './answer-progress.ts';
import { parseJson, readInstructions, type IncomingModelRequest } from './incoming.ts';
import type { Sampler } from '../telemetry/samples.ts';

const keepAliveMs = 5_000;
/** What is measured has to say in its head who answered, and nobody's connection is in danger. */
const measuredKeepAliveMs = 600_000;

export interface HandleParts extends AdmitParts, AnswerParts, EndParts {
  /** Says at its arrival whether a request is kept, too. */
  readonly sampler: Sampler;
  readonly parseInbound: ParseInbound;
  readonly internalToken: string;
  readonly answerIds: Pick<AnswerIds, 'sign'>;
  /** Something that nobody foresaw was thrown; with what is known of the answer that it ended. */
  readonly onUnexpected: (error: unknown, facts?: Record<string, unknown>) => void;
}

/**
 * Answers one model request. Throws a `SluiceError` for what is refused before anything was written; afterwards
 * whatever happens stands in the answer.
 */
export async function handleModelRequest(
  parts: HandleParts,
  protocol: Protocol,
  {
    caller,
    headers,
    body,
  }: {
    readonly caller: Caller;
    readonly headers: IncomingMessage['headers'];
    readonly body: () => Promise<Buffer>;
  },
  response: ServerResponse,
): Promise<void> {
  const bytes = await body();
  const startedMs = parts.clock.nowMs();
  const inbound = parts.parseInbound(protocol, parseJson(bytes));
  const instructions = readInstructions(headers, inbound, parts.internalToken);
  const incoming: IncomingModelRequest = { caller, protocol, body: bytes, inbound, instructions };
  const ref = newAnswerRef();
  const { pin } = instructions;
  const admitted = pin === undefined ? admit(parts, incoming, ref) : await admitPinned(parts, incoming, pin);
  const progress = startProgress(admitted);
  const isSampled = instructions.maySample && parts.sampler.wants(admitted.app, admitted.sampling);
  const answerId = inboundCodec(protocol).idPrefix + answerIdOf(parts, admitted, ref);
  const known = { admitted, incoming, progress, answerId, startedMs, isSampled };
  const answer = openAnswerTo(response, parts, known);
  const question = { admitted, incoming, progress, signal: answer.left };
  answerRequest(parts, question, answer).catch((error: unknown) => {
    answer.crash(error);
  });
  answerEnded(parts, { ...known, summary: await answer.ended });
}

/** What is pinned is no traffic: nothing can be told of it. */
function answerIdOf(
  { answerIds, clock }: HandleParts,
  { app, arm, splitVersion }: Admitted,
  ref: string,
): string {
  return arm === 'pinned'
    ? randomUUID().replaceAll('-', '')
    : answerIds.sign({ app, arm, splitVersion, answeredMs: clock.epochMs(), ref });
}

function openAnswerTo(
  response: ServerResponse,
  parts: HandleParts,
  known: Omit<EndedAnswer, 'summary'>,
): OpenAnswer {
  const { admitted, incoming, progress, answerId } = known;
  return openAnswer(response, {
    request: incoming.inbound.request,
    id: answerId,
    createdS: Math.floor(parts.clock.epochMs() / 1000),
    headers: () => answerHeaders(admitted, progress, incoming),
    asHeard: (failed) => asHeard(failed, progress),
    keepAliveMs: admitted.arm === 'pinned' ? measuredKeepAliveMs : keepAliveMs,
    clock: parts.clock,
    onUnexpected: (error) => {
      parts.onUnexpected(error, identityFacts(known));
    },
  });
}

/** Those who pin a revision have the operator's token, and hear the vendor's words to the operator. */
function asHeard(failed: ProviderFailure, { arm }: AnswerProgress): ProviderFailure {
  return arm === 'pinned' ? failed : failureForCaller(failed);
}
