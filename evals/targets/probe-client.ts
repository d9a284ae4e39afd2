import { SluiceError } from '../../domain/errors.ts';
import {
  probeAnswerSchema,
  probePath,
  type ProbeAnswer,
  type ProbeRequest,
} from '../../domain/revision/target-probe.ts';
import { errorOf, postToGateway, type PostedAnswer } from './gateway-post.ts';
import type { PinnedClientOptions } from './pinned-client.ts';

/** Asks a gateway to put one tiny question to the targets of a revision. */
export type Probe = (request: ProbeRequest, signal?: AbortSignal) => Promise<ProbeAnswer>;

/**
 * @throws SluiceError from the probe: `not_found` where the gateway has no such provider, key or revision, `unreachable`
 *   where it is away, `broken_measurement` where it refuses
 */
export function createProbe(gateway: PinnedClientOptions): Probe {
  return async (request, signal) => {
    const answer = await postToGateway(gateway, probePath, request, signal);
    const probed = probeAnswerSchema.safeParse(answer.json);
    if (answer.ok && probed.success) return probed.data;
    throw refusal(gateway.baseUrl, answer);
  };
}

function refusal(baseUrl: string, answer: PostedAnswer): SluiceError {
  const { status } = answer;
  const { code, message = `status ${status}` } = errorOf(answer);
  const said = `The gateway at ${baseUrl} refuses a probe: ${message}`;
  if (code === 'not_found' || code === 'invalid_file') return new SluiceError(code, message);
  if (status >= 500) return new SluiceError('unreachable', said, { remedy: 'See its log.' });
  return new SluiceError('broken_measurement', said, {
    remedy: 'Run gateways and workers of the same version, with the same SLUICE_INTERNAL_TOKEN.',
  });
}
