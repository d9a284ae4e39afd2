import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ProviderState } from './exchange.ts';
import { readJson } from './json-body.ts';
import { termCounts } from './models/similarity.ts';
import { bearerKey, openaiError } from './protocols/openai-shared.ts';
import type { SimulatedRefusal } from './protocols/protocol.ts';

/** The one model that has vectors instead of words. */
const embeddingModel = 'atlas-embed';
const dimensions = 256;

const bodySchema = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string()).min(1).max(2048)]),
});

/** OpenAI `POST /v1/embeddings`: texts with the same words lie near each other. */
export async function answerEmbeddings(
  request: IncomingMessage,
  response: ServerResponse,
  state: ProviderState,
): Promise<void> {
  const send = (status: number, body: object): void => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-request-id': `req_${randomBytes(6).toString('hex')}`,
    });
    response.end(JSON.stringify(body));
  };
  const refuse = (refusal: SimulatedRefusal): void => {
    send(refusal.status, openaiError(refusal));
  };
  if (!state.keyless && bearerKey(request.headers) === undefined) {
    refuse({ status: 401, kind: 'unauthorized', message: 'No API key was provided.' });
    return;
  }
  const parsed = bodySchema.safeParse(await readJson(request).catch(() => undefined));
  if (!parsed.success) {
    refuse({ status: 400, kind: 'invalid_request', message: z.prettifyError(parsed.error) });
    return;
  }
  const { model, input } = parsed.data;
  if (model !== embeddingModel) {
    refuse({ status: 404, kind: 'model_not_found', message: `The model \`${model}\` does not exist.` });
    return;
  }
  const { fault } = state.faults.strike({ provider: 'openai', model, inputCharacters: 0 });
  state.stats.count(model, fault?.kind ?? 'ok');
  if (fault?.kind === 'rate_limit' || fault?.kind === 'server_error') {
    if (fault.kind === 'rate_limit') response.setHeader('retry-after', fault.retryAfterSeconds);
    refuse({
      status: fault.status ?? (fault.kind === 'rate_limit' ? 429 : 500),
      kind: fault.kind,
      message: 'Not now.',
    });
    return;
  }
  send(200, answerOf(model, typeof input === 'string' ? [input] : input));
}

function answerOf(model: string, texts: readonly string[]): object {
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }));
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

/** Each term falls on one dimension; of length 1. */
function vectorOf(text: string): number[] {
  const vector = Array<number>(dimensions).fill(0);
  vector[0] = 1e-3; // No text is nowhere.
  for (const [term, count] of termCounts(text, { bigrams: true, stopWordWeight: 0.2 })) {
    const at = dimensionOf(term);
    vector[at] = (vector[at] ?? 0) + count;
  }
  const length = Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0));
  return vector.map((each) => each / length);
}

/** FNV-1a (Fowler, Noll, Vo). */
function dimensionOf(term: string): number {
  let hash = 0x811c9dc5;
  for (const char of term) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % dimensions;
}
