import type { RevisionContent } from '../../domain/revision/revision.ts';
import { sampledRequest, type Sample } from '../../protocols/samples/sample.ts';

/** Do the revision's parameters for a target ask the model for JSON, or the caller, where the revision lets it? */
export function promisesJson(
  { parameters, chain, caller }: RevisionContent,
  target: number,
  sample: Sample,
): boolean {
  const own = { ...parameters, ...chain[target]?.parameters }['response_format'];
  if (typeof own === 'object' && own !== null && 'type' in own && own['type'] !== 'text') return true;
  if (!caller.includes('response_format')) return false;
  const { kind = 'text' } = sampledRequest(sample).parameters.responseFormat ?? {};
  return kind !== 'text';
}
