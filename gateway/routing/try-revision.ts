import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { BoundRetrieval, ServedRevision } from '../config/bind-revision.ts';
import type { ChainResult } from '../failover/chain.ts';
import { composeRequest, type ComposedRequest } from '../rendering/compose-request.ts';
import { documentsOf, queryOf, retrieve, type RetrievalResult } from '../retrieval/retrieve.ts';
import type { Admitted } from './admit.ts';
import type { AdmittedQuestion, AnswerParts } from './answer-progress.ts';
import type { IncomingModelRequest } from './incoming.ts';

/** `unprepared`: it came to no call of a provider. */
export type TryOutcome = ChainResult | { readonly kind: 'unprepared'; readonly error: SluiceError };

/** Prepares the request as a revision wants it, and asks its chain. Rejects with what is no SluiceError. */
export async function tryRevision(
  parts: AnswerParts,
  question: AdmittedQuestion,
  revision: ServedRevision,
): Promise<TryOutcome> {
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
): Readonly<Record<string, string>> {
  const { callersHeaders } = instructions;
  const names = Object.keys(callersHeaders);
  if (names.every((name) => content.caller.includes(name))) return callersHeaders;
  return Object.fromEntries(Object.entries(callersHeaders).filter(([name]) => content.caller.includes(name)));
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
