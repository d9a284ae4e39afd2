import { request as httpRequest } from 'undici';
import { z } from 'zod';
import { longestTimerMs } from '../../domain/duration.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { textUpTo } from '../providers/text-up-to.ts';
import { abortSignalOf, type LeaveSignal } from '../answer/leave-signal.ts';
import type { BoundRetrieval } from '../config/bind-revision.ts';
import { parseJson } from '../../protocols/fields.ts';
import type { Message } from '../../protocols/request.ts';

const jsonObject = z.record(z.string(), z.json());
const answerSchema = z.object({
  index: z.object({ version: z.string(), digest: z.string() }),
  documents: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      score: z.number().optional(),
      metadata: jsonObject.optional(),
    }),
  ),
});

/** What a retriever found, and in exactly which index. */
export type Retrieved = z.infer<typeof answerSchema>;

export type RetrievalResult =
  | ({ readonly kind: 'found' | 'empty' } & Retrieved)
  /** Only where the revision goes on without documents. */
  | { readonly kind: 'error'; readonly message: string };

export interface RetrievalCall {
  readonly retrieval: BoundRetrieval;
  readonly query: string;
  /** A keyed hash, never the subject itself. */
  readonly subject: string | undefined;
  readonly signal: LeaveSignal;
  readonly traceHeaders: Readonly<Record<string, string>>;
}

/**
 * Asks the retriever that the operator has bound. An error or an empty answer has the outcome that the revision
 * declares: go on, or `unreachable` (an error) and `not_found` (nothing found) are thrown.
 */
export async function retrieve(call: RetrievalCall): Promise<RetrievalResult> {
  const { onError, onEmpty, index } = call.retrieval.settings;
  try {
    const answer = await ask(call);
    if (answer.documents.length > 0) return { kind: 'found', ...answer };
    if (onEmpty === 'continue') return { kind: 'empty', ...answer };
  } catch (error) {
    const message = `The retrieval from ${index} failed: ${messageOf(error)}`;
    if (onError === 'continue') return { kind: 'error', message };
    throw new SluiceError('unreachable', message, {
      remedy: 'Check the retriever.',
      details: { retrieval: 'error' },
      cause: error,
    });
  }
  throw new SluiceError('not_found', `The retrieval from ${index} found nothing.`, {
    remedy: 'Ask differently, or publish a revision that goes on without documents.',
    details: { retrieval: 'empty' },
  });
}

async function ask({ retrieval, query, subject, signal, traceHeaders }: RetrievalCall): Promise<Retrieved> {
  const { index, topK, filter } = retrieval.settings;
  const { statusCode, body } = await httpRequest(retrieval.url, {
    method: 'POST',
    headers: {
      ...traceHeaders,
      'content-type': 'application/json',
      ...(retrieval.apiKey === undefined ? {} : { authorization: `Bearer ${retrieval.apiKey}` }),
    },
    body: JSON.stringify({ query, index, topK, filter, subject } satisfies Record<string, unknown>),
    signal: AbortSignal.any([
      abortSignalOf(signal),
      AbortSignal.timeout(Math.min(retrieval.timeoutMs, longestTimerMs)),
    ]),
  });
  if (statusCode !== 200) {
    await body.dump(); // As much of it as keeps the connection, and no more.
    throw new Error(`the retriever answered ${statusCode}`);
  }
  const text = await textUpTo(body, maxAnswerBytes);
  if (text === undefined) throw new Error(`its answer is longer than ${maxAnswerBytes} bytes`);
  return answerSchema.parse(parseJson(text, 'its answer'));
}

/** 4 MiB: more documents than any model reads. */
const maxAnswerBytes = 4 * 1024 * 1024;

/** What is searched for: the text of the last user message. */
export function queryOf(messages: readonly Message[]): string {
  const last = messages.findLast(({ role }) => role === 'user');
  return (last?.content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** The documents as a template sees them. */
export function documentsOf(result: RetrievalResult): JsonObject[] {
  return result.kind === 'error'
    ? []
    : result.documents.map(({ id, text, score = null, metadata = {} }) => ({ id, text, score, metadata }));
}
