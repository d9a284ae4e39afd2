import { Agent, request as httpRequest } from 'undici';
import { z } from 'zod';
import { durationMs } from '../../domain/duration.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { isJsonObject, objectOf } from '../../protocols/fields.ts';
import { failureAnswer, type ErrorAnswer } from '../../protocols/failures/error-answer.ts';
import {
  failure,
  failureForCaller,
  failureOfStatus,
  type ProviderFailure,
} from '../../protocols/failures/failure.ts';
import { readOpenAiError } from '../../protocols/openai/error.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { requireScope, type Caller } from '../callers/caller.ts';
import { parseBody } from '../parse-body.ts';
import type { BoundEnvironment } from '../config/bind-revision.ts';
import { cleanFailure } from '../providers/clean-failure.ts';
import { retryAfterMsOf } from '../providers/retry-after.ts';
import { textUpTo } from '../providers/text-up-to.ts';
import type { AlarmOperator } from '../telemetry/operator-alarm.ts';
import { bindModel, namedModel } from './bind-model.ts';

/** What OpenAI's `/embeddings` is asked; what else a vendor's has goes on as it is. */
export const embeddingsSchema = z.looseObject({
  /** A name under `embeddings` of the environment's bindings. */
  model: z.string(),
  input: z.union([z.string(), z.array(z.union([z.string(), z.int(), z.array(z.int())])).min(1)]),
});

export type EmbeddingAnswer = ErrorAnswer | { readonly status: 200; readonly body: JsonObject };

export interface EmbedderParts {
  readonly bound: BoundEnvironment;
  readonly epochMs: () => number;
  /** Counts what came of a call: apart from the requests of apps, which no arm of has anything to do with it. */
  readonly count: (target: ResolvedTarget, outcome: string, inputTokens: number) => void;
  readonly alarmOperator: AlarmOperator;
}

/** Turns texts into vectors by the models that the operator has named; no revision has a say in it, and no arm is charged. */
export interface Embedder {
  embed(caller: Caller, body: JsonValue, signal: AbortSignal): Promise<EmbeddingAnswer>;
  close(): Promise<void>;
}

/** 64 MiB: 2,048 vectors of 3,072 numbers each as JSON. */
const maxAnswerBytes = 64 * 1024 * 1024;

export function createEmbedder({ bound, epochMs, count, alarmOperator }: EmbedderParts): Embedder {
  const agent = new Agent({ connect: { timeout: 10_000 } });
  return {
    async embed(caller, body, signal) {
      requireScope(caller, 'call');
      const asked = parseBody(embeddingsSchema, body);
      const named = namedModel('embedding model', asked.model, bound.binding.embeddings);
      const target = bindModel(named, bound);
      requireOpenAi(target);
      const sent = { ...objectOf(body, ''), model: target.model };
      const result = await post(target, sent, {
        agent,
        epochMs,
        signal,
        timeoutMs: durationMs(named.timeout),
      });
      count(target, result.kind === 'answered' ? 'ok' : result.failure.code, tokensOf(result));
      if (result.kind === 'answered') return { status: 200, body: result.body };
      const { provider, logicalModel } = target;
      alarmOperator([{ provider, logicalModel, ...result, outcome: 'failed' }]);
      const clean = cleanFailure(result.failure, { apiKey: target.apiKey, body: sent });
      return failureAnswer('openai-chat', caller.kind === 'internal' ? clean : failureForCaller(clean));
    },
    close: () => agent.destroy(),
  };
}

type Posted =
  | { readonly kind: 'answered'; readonly body: JsonObject }
  | { readonly kind: 'failed'; readonly failure: ProviderFailure; readonly status?: number };

interface PostParts extends Pick<EmbedderParts, 'epochMs'> {
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

async function post(
  { baseUrl, apiKey }: ResolvedTarget,
  body: JsonObject,
  { agent, epochMs, signal, timeoutMs }: PostParts,
): Promise<Posted> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await httpRequest(`${baseUrl.replace(/\/$/, '')}/embeddings`, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'sluice',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, timeout]),
    });
    const json = jsonOf(await textUpTo(answer.body, maxAnswerBytes));
    if (answer.statusCode === 200 && json !== undefined) return { kind: 'answered', body: json };
    if (answer.statusCode === 200) return failed(failure('broken', 'The provider’s vectors cannot be read.'));
    const retryAfterMs = retryAfterMsOf(answer.headers, epochMs());
    const said = json === undefined ? undefined : readOpenAiError(json);
    const { statusCode } = answer;
    return failed(failureOfStatus(statusCode, said, { retryAfterMs }), statusCode);
  } catch (error) {
    if (signal.aborted) return failed(failure('aborted', 'The caller went away.'));
    if (timeout.aborted)
      return failed(failure('timeout', `The provider gave no vectors in ${timeoutMs} ms.`));
    return failed(failure('connect', `The provider cannot be reached: ${messageOf(error)}`));
  }
}

function failed(reason: ProviderFailure, status?: number): Posted {
  return { kind: 'failed', failure: reason, ...(status === undefined ? {} : { status }) };
}

function jsonOf(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function tokensOf(result: Posted): number {
  const usage = result.kind === 'answered' ? result.body['usage'] : undefined;
  const tokens = isJsonObject(usage) ? usage['prompt_tokens'] : undefined;
  return typeof tokens === 'number' && tokens >= 0 ? tokens : 0;
}

function requireOpenAi({ kind, provider }: ResolvedTarget): void {
  if (kind === 'openai') return;
  throw new SluiceError(
    'not_found',
    `The provider "${provider}" has no embeddings: it is of the kind ${kind}.`,
    {
      remedy: 'Name a model of one that speaks as OpenAI does under `embeddings`.',
    },
  );
}
