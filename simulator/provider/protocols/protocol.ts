import type { IncomingHttpHeaders } from 'node:http';
import type { Generated, GenerationRequest } from '../models/generate.ts';

/** A request of one vendor's protocol, read and checked. */
export interface ParsedRequest {
  readonly model: string;
  readonly stream: boolean;
  /** OpenAI's `stream_options.include_usage`. */
  readonly includeUsage: boolean;
  readonly request: GenerationRequest;
}

/** What an answer says of itself besides its content. */
export interface AnswerContext {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly includeUsage: boolean;
}

/** One server-sent event. Deltas are paced over the time that the model takes; the rest goes out at once. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: string;
  readonly isDelta: boolean;
}

/** A request that the vendor would refuse; `kind` chooses the wording of the vendor's error. */
export interface SimulatedRefusal {
  readonly status: number;
  readonly kind: 'invalid_request' | 'unauthorized' | 'model_not_found' | 'rate_limit' | 'server_error';
  readonly message: string;
}

/** One endpoint of one vendor: how it reads a request and writes an answer. Pure. */
export interface SimulatedProtocol {
  readonly vendor: 'openai' | 'anthropic';
  readonly requestIdHeader: string;
  apiKeyOf(headers: IncomingHttpHeaders): string | undefined;
  /** Throws a ZodError for what the vendor would answer with 400. */
  parse(body: unknown): ParsedRequest;
  newId(): string;
  answer(generated: Generated, context: AnswerContext): object;
  events(generated: Generated, context: AnswerContext): StreamEvent[];
  errorBody(refusal: SimulatedRefusal, requestId: string): object;
}

/** Pieces of a text as a model would stream them: a few words each, spaces kept. */
export function pieces(text: string): string[] {
  return text.match(/\S+\s*(?:\S+\s*)?/gu) ?? (text === '' ? [] : [text]);
}
