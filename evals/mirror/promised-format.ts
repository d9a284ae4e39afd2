import type { RevisionContent } from '../../domain/revision/revision.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import type { Sample } from '../../protocols/samples/sample.ts';

/** Do the revision's parameters for a target ask the model for JSON, or the caller, where the revision lets it? */
export function promisesJson(
  { parameters, chain, caller }: RevisionContent,
  target: number,
  { protocol, body }: Sample,
): boolean {
  const own = { ...parameters, ...chain[target]?.parameters }['response_format'];
  if (typeof own === 'object' && own !== null && 'type' in own && own['type'] !== 'text') return true;
  if (!caller.includes('response_format')) return false;
  const { request } = inboundCodec(protocol).parseRequest({ ...body, model: 'any' });
  const { kind = 'text' } = request.parameters.responseFormat ?? {};
  return kind !== 'text';
}
