import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import type { PinnedClientOptions } from './pinned-client.ts';

const errorSchema = z.object({ error: z.object({ code: z.string().nullish(), message: z.string() }) });

export interface PostedAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

/** Posts JSON with the internal token. Throws `unreachable` where the gateway is away. */
export async function postToGateway(
  { baseUrl, internalToken, timeoutMs }: PinnedClientOptions,
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<PostedAnswer> {
  try {
    const response = await fetch(new URL(path, baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-internal-token': internalToken },
      body: JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
    });
    const json: unknown = await response.json().catch(() => undefined);
    const { ok, status, headers } = response;
    return { ok, status, headers, json };
  } catch (cause) {
    throw new SluiceError('unreachable', `The gateway at ${baseUrl} does not answer.`, {
      remedy: 'See that it runs (GET /readyz).',
      cause,
    });
  }
}

/** What a gateway says is wrong; nothing where something else has answered. */
export function errorOf({ json }: PostedAnswer): {
  readonly code?: string | null | undefined;
  readonly message?: string;
} {
  return errorSchema.safeParse(json).data?.error ?? {};
}

/** What a gateway says of a question that it does not take at all. */
export function refusedByGateway(baseUrl: string, answer: PostedAnswer): SluiceError {
  const { status } = answer;
  const { code, message = `status ${status}` } = errorOf(answer);
  if (code === 'not_found' || code === 'conflict') return new SluiceError(code, message);
  return new SluiceError(
    status >= 500 ? 'unreachable' : 'broken_measurement',
    `The gateway at ${baseUrl} does not ask a model: ${message}`,
    { remedy: 'Run gateways and workers of the same version, with the same bindings and internal token.' },
  );
}
