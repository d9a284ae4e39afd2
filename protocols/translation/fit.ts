import type { ProviderFailure } from '../failures/failure.ts';
import type { Message, ModelRequest } from '../request.ts';

/** How a request must be written so that a target takes it, as the target itself has said. */
export interface Fit {
  /** The model's own maximum of output tokens. */
  readonly maxTokens?: number;
  /** The model has no reasoning that could be encrypted. */
  readonly noEncryptedReasoning?: boolean;
  /** The reasoning of earlier turns is another model's, or another account's, which this one cannot read. */
  readonly noEarlierReasoning?: boolean;
}

const maxima: readonly RegExp[] = [
  /max_tokens: \d+ > (\d+), which is the maximum/,
  /supports at most (\d+) (?:completion|output) tokens/,
];
const foreign =
  /\bencrypted content\b.*\b(verified|decrypted|parsed)\b|invalid `?signature`? in `?thinking`?/i;

/**
 * What a target's refusal teaches of what it takes; undefined where it teaches nothing that the request as it was sent
 * did not heed.
 */
export function learnedFrom({ kind, code, message }: ProviderFailure, sent: Fit): Fit | undefined {
  if (kind !== 'status') return undefined;
  const maxTokens = maxima.map((shape) => Number(shape.exec(message)?.[1])).find((found) => found > 0);
  if (maxTokens !== undefined)
    return sent.maxTokens !== undefined && sent.maxTokens <= maxTokens ? undefined : { ...sent, maxTokens };
  if (code === 'invalid_encrypted_content' || foreign.test(message))
    return sent.noEarlierReasoning === true ? undefined : { ...sent, noEarlierReasoning: true };
  if (/\bencrypted content is not supported\b/i.test(message))
    return sent.noEncryptedReasoning === true ? undefined : { ...sent, noEncryptedReasoning: true };
  return undefined;
}

/** What is true of a target whatever it is asked: what it said of one request's reasoning is not. */
export function lastingFit({ noEarlierReasoning: _request, ...lasting }: Fit): Fit {
  return lasting;
}

/** The request as the target takes it. */
export function fitted(request: ModelRequest, fit: Fit): ModelRequest {
  return fit.noEarlierReasoning === true
    ? { ...request, messages: request.messages.map(withoutReasoning) }
    : request;
}

const reasoningTypes: readonly unknown[] = ['thinking', 'redacted_thinking', 'reasoning'];

function withoutReasoning(message: Message): Message {
  const content = message.content.filter(
    (part) => part.type !== 'other' || !reasoningTypes.includes(part.raw['type']),
  );
  return content.length === message.content.length ? message : { ...message, content };
}
