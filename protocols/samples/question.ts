import type { JsonObject } from '../../domain/json.ts';
import { sampledRequest, type Sample } from './sample.ts';

/** How long a request is, in characters of its JSON: below 1,000, below 8,000, or longer. */
export type RequestLength = 'short' | 'medium' | 'long';

/** Fields of a request that say who asks, or how the answer travels: the question is the same without them. */
const besideTheQuestion = [
  'user',
  'safety_identifier',
  'metadata',
  'stream',
  'stream_options',
  'prompt_cache_key',
];

/** What a sample asks, as far as it is the same question whoever asks it. */
export function questionOf({ prompt, body, variables }: Sample): JsonObject {
  const asked = Object.fromEntries(
    Object.entries(body).filter(([name]) => !besideTheQuestion.includes(name)),
  );
  return { ...(prompt === undefined ? {} : { prompt }), body: asked, variables };
}

export function lengthOf({ body, variables }: Sample): RequestLength {
  const characters = JSON.stringify(body).length + JSON.stringify(variables).length;
  if (characters < 1_000) return 'short';
  return characters < 8_000 ? 'medium' : 'long';
}

/** Does it hold answers of before? They are stable's own, whichever arm is asked to go on from them. */
export function isLaterTurn(sample: Sample): boolean {
  return sampledRequest(sample).messages.some(({ role }) => role === 'assistant');
}
