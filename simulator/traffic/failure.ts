import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

/** The kind of a failed request: `timeout`, `http_<status>`, `connection` or `broken_answer`. */
export function failureKind(error: unknown, timedOut: boolean, hadHeaders: boolean): string {
  if (timedOut) return 'timeout';
  if (error instanceof Error && 'status' in error && typeof error.status === 'number')
    return `http_${error.status}`;
  return hadHeaders ? 'broken_answer' : 'connection';
}

/** The headers of an error answer, as far as the client kept them. */
export function headersOfError(error: unknown): Headers | undefined {
  if (!(error instanceof OpenAI.APIError) && !(error instanceof Anthropic.APIError)) return undefined;
  const headers: unknown = error.headers;
  return headers instanceof Headers ? headers : undefined;
}
