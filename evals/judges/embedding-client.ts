import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { defaultJudge, type EmbeddingBinding } from '../../domain/evaluation/judge.ts';
import { targetName } from '../../domain/revision/revision.ts';
import { backOffMs } from '../patience/back-off.ts';
import type { Patience } from '../patience/patient-caller.ts';
import type { Unanswered } from '../targets/pinned-answer.ts';
import { postToGateway, refusedByGateway, type PostedAnswer } from '../targets/gateway-post.ts';
import type { PinnedClientOptions } from '../targets/pinned-client.ts';
import type { Judging } from './judging.ts';

const embeddingPath = '/v1/embeddings';
const mostSilences = 3;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()).min(1) })),
});

type Vectors = { readonly kind: 'vectors'; readonly vectors: readonly (readonly number[])[] };

export interface EmbeddingParts {
  readonly door: PinnedClientOptions;
  readonly models: Readonly<Record<string, EmbeddingBinding>>;
  readonly patience: Patience;
}

/** Asks the environment's embedding model (`default`, or the only one) with patience. */
export function createEmbeddingClient({
  door,
  models,
  patience,
}: EmbeddingParts): Pick<Judging, 'embed' | 'requireEmbedding'> {
  return {
    requireEmbedding() {
      chosen(models);
    },
    async embed(texts) {
      const [name, binding] = chosen(models);
      const place = patience.placeOf(targetName(binding));
      const { time } = patience.options;
      for (let silences = 0; ;) {
        const reply = await place.turn(() => askOnce(door, name, texts), undefined);
        if (reply.kind === 'vectors') return reply.vectors;
        if (reply.how === 'refused') continue; // The place waits, and ends it where its patience does.
        silences += 1;
        if (silences >= mostSilences) throw noVectors(name, reply.code);
        await time.wait(backOffMs(silences, time.random()), undefined);
      }
    },
  };
}

async function askOnce(
  door: PinnedClientOptions,
  model: string,
  input: readonly string[],
): Promise<Vectors | Unanswered> {
  const startedMs = performance.now();
  const answer = await postToGateway(door, embeddingPath, { model, input });
  if (answer.status === 200) return { kind: 'vectors', vectors: vectorsOf(answer, model, input.length) };
  const latencyMs = performance.now() - startedMs;
  const code = answer.headers.get('x-sluice-code') ?? `http_${answer.status}`;
  const isRefusal = [429, 503, 529].includes(answer.status);
  // What the provider has wrong, or the gateway: asking again changes nothing.
  if (!isRefusal && answer.status < 500) throw refusedByGateway(door.baseUrl, answer);
  return { kind: 'unanswered', how: isRefusal ? 'refused' : 'silent', code, message: code, latencyMs };
}

function vectorsOf({ json }: PostedAnswer, model: string, count: number): number[][] {
  const parsed = answerSchema.safeParse(json);
  const data = parsed.data?.data.toSorted((a, b) => a.index - b.index) ?? [];
  const vectors = data.map(({ embedding }) => embedding);
  const isWhole = vectors.length === count && vectors.every((each) => each.length === vectors[0]?.length);
  if (isWhole) return vectors;
  throw noVectors(model, 'what it answers are no vectors of these texts');
}

function chosen(models: Readonly<Record<string, EmbeddingBinding>>): [string, EmbeddingBinding] {
  const entries = Object.entries(models);
  const found =
    entries.find(([name]) => name === defaultJudge) ?? (entries.length === 1 ? entries[0] : undefined);
  if (found !== undefined) return found;
  throw new SluiceError('invalid_file', 'There is no embedding model "default" in this environment.', {
    remedy: 'The operator names one under `embeddings` in sluice.environments.yaml.',
  });
}

function noVectors(model: string, why: string): SluiceError {
  return new SluiceError('broken_measurement', `The embedding model "${model}" gives no vectors: ${why}.`, {
    remedy: 'Mend its binding under `embeddings` in sluice.environments.yaml.',
  });
}
