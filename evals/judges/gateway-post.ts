import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';

const errorSchema = z.object({ error: z.object({ code: z.string().nullish(), message: z.string() }) });

/** A gateway that takes the worker's questions of models which are no revision's. */
export interface GatewayDoor {
  /** Without a path. */
  readonly baseUrl: string;
  readonly internalToken: string;
  readonly timeoutMs: number;
}

export interface PostedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

/** Posts JSON with the internal token. Throws `unreachable` where the gateway is away. */
export async function postToGateway(
  { baseUrl, internalToken, timeoutMs }: GatewayDoor,
  path: string,
  body: object,
): Promise<PostedAnswer> {
  try {
    const response = await fetch(new URL(path, baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-internal-token': internalToken },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const json: unknown = await response.json().catch(() => undefined);
    return { status: response.status, headers: response.headers, json };
  } catch (cause) {
    throw new SluiceError('unreachable', `The gateway at ${baseUrl} does not answer.`, {
      remedy: 'See that it runs (GET /readyz).',
      cause,
    });
  }
}

/** What a gateway says of a question that it does not take at all. */
export function refusedByGateway(baseUrl: string, { status, json }: PostedAnswer): SluiceError {
  const { code, message = `status ${status}` } = errorSchema.safeParse(json).data?.error ?? {};
  if (code === 'not_found' || code === 'conflict') return new SluiceError(code, message);
  return new SluiceError(
    status >= 500 ? 'unreachable' : 'broken_measurement',
    `The gateway at ${baseUrl} does not ask a model: ${message}`,
    { remedy: 'Run gateways and workers of the same version, with the same bindings and internal token.' },
  );
}
