import OpenAI from 'openai';
import { SluiceError } from '../../domain/errors.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import type { AnsweredBy, AskOnce } from './pinned-answer.ts';
import { failureOf, failureOfBroken } from './pinned-failure.ts';
import { readGatewayAnswer } from './read-gateway-answer.ts';

export interface PinnedClientOptions {
  /** Of the gateway, without a path. */
  readonly baseUrl: string;
  readonly internalToken: string;
  /** Longer than the revisions' own timers, which decide first. */
  readonly timeoutMs: number;
}

/**
 * Asks a certain revision through a gateway, by the official client: the way that production goes. Never retries, because
 * every call is accounted for.
 */
export function createPinnedClient({ baseUrl, internalToken, timeoutMs }: PinnedClientOptions): AskOnce {
  const client = new OpenAI({
    baseURL: new URL(baseUrl).origin,
    apiKey: 'sluice-internal',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: timeoutMs,
  });
  return async ({ revision, target, request, signal }) => {
    const started = performance.now();
    const headers = {
      ...request.headers,
      'x-sluice-pin': revision,
      'x-sluice-internal-token': internalToken,
      ...(target === undefined ? {} : { 'x-sluice-target': String(target) }),
    };
    try {
      const { protocol, body } = request;
      const path = inboundCodec(protocol).gatewayPath;
      const response = await client.post(path, { body, headers, signal }).asResponse();
      const answeredBy = readAnsweredBy(response.headers);
      const answer = await readGatewayAnswer(response, protocol);
      requireTarget(target, answeredBy, baseUrl);
      const latencyMs = performance.now() - started;
      if (answer.kind === 'broken') return failureOfBroken(answer.failure, latencyMs);
      const { output, finishReason, usage, servedBy, refused, toolCalls, firstContentAtMs } = answer;
      return {
        kind: 'answered',
        output,
        finishReason,
        latencyMs,
        ...(usage === undefined ? {} : { usage }),
        ...(answeredBy === undefined ? {} : { answeredBy }),
        ...(servedBy === undefined ? {} : { servedBy }),
        refused,
        toolCalls,
        ...(firstContentAtMs === undefined ? {} : { firstContentMs: firstContentAtMs - started }),
        attempts: Number(response.headers.get('x-sluice-attempts') ?? '1'),
      };
    } catch (error) {
      return failureOf(error, performance.now() - started, baseUrl);
    }
  };
}

/** The header `x-sluice-target`: position from 1, a space, and the target's logical names. */
function readAnsweredBy(headers: Headers): AnsweredBy | undefined {
  const [, position, name] = /^([1-9]\d*) (\S+)$/.exec(headers.get('x-sluice-target') ?? '') ?? [];
  return position === undefined || name === undefined ? undefined : { target: Number(position) - 1, name };
}

/** An answer of another target than the one asked for is no answer to the question (invariant 25). */
function requireTarget(
  target: number | undefined,
  answeredBy: AnsweredBy | undefined,
  baseUrl: string,
): void {
  if (target === undefined || answeredBy?.target === target) return;
  if (answeredBy === undefined) {
    throw new SluiceError('unreachable', `The gateway at ${baseUrl} does not say which target answered.`, {
      remedy: 'Run gateways and workers of the same version.',
    });
  }
  throw new SluiceError(
    'broken_measurement',
    `Target ${target + 1} of the chain was asked, but ${answeredBy.name}, target ${answeredBy.target + 1}, answered.`,
    { remedy: `See what stands between the worker and the gateway at ${baseUrl}.` },
  );
}
