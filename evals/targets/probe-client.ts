import { SluiceError } from '../../domain/errors.ts';
import {
  probeAnswerSchema,
  probePath,
  type ProbeAnswer,
  type ProbeRequest,
} from '../../domain/revision/target-probe.ts';
import { z } from 'zod';
import type { PinnedClientOptions } from './pinned-client.ts';

/** Asks a gateway to put one tiny question to the targets of a revision. */
export type Probe = (request: ProbeRequest, signal?: AbortSignal) => Promise<ProbeAnswer>;

const errorSchema = z.object({ error: z.object({ code: z.string().nullish(), message: z.string() }) });

/**
 * @throws SluiceError from the probe: `not_found` where the gateway has no such provider, key or revision, `unreachable`
 *   where it is away, `broken_measurement` where it refuses
 */
export function createProbe({ baseUrl, internalToken, timeoutMs }: PinnedClientOptions): Probe {
  return async (request, signal) => {
    const response = await post(baseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-internal-token': internalToken },
      body: JSON.stringify(request),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    const probed = probeAnswerSchema.safeParse(answer);
    if (response.ok && probed.success) return probed.data;
    throw refusal(baseUrl, response.status, errorSchema.safeParse(answer).data?.error);
  };
}

async function post(baseUrl: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(probePath, baseUrl), init);
  } catch (cause) {
    throw new SluiceError('unreachable', `The gateway at ${baseUrl} does not answer.`, {
      remedy: 'See that it runs (GET /readyz).',
      cause,
    });
  }
}

function refusal(
  baseUrl: string,
  status: number,
  error: z.infer<typeof errorSchema>['error'] | undefined,
): SluiceError {
  const { code, message = `status ${status}` } = error ?? {};
  const said = `The gateway at ${baseUrl} refuses a probe: ${message}`;
  if (code === 'not_found' || code === 'invalid_file') return new SluiceError(code, message);
  if (status >= 500) return new SluiceError('unreachable', said, { remedy: 'See its log.' });
  return new SluiceError('broken_measurement', said, {
    remedy: 'Run gateways and workers of the same version, with the same SLUICE_INTERNAL_TOKEN.',
  });
}
