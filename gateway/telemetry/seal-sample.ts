import type { Sampling } from '../../config-store/gateway-view/types.ts';
import type { SealingKeys } from '../../program/data-keys.ts';
import { seal, type SealedPlace } from '../../program/sealing.ts';
import type { Sample } from '../../protocols/samples/sample.ts';
import { redactSample } from '../redaction/redact-sample.ts';

interface SealSample {
  readonly keys: SealingKeys;
  /** Of fresh samples; undefined where none may be kept. */
  readonly freshKeys: SealingKeys | undefined;
  readonly place: Omit<SealedPlace, 'kind'>;
  readonly sampling: Sampling;
  readonly sample: () => Sample;
}

/** What is kept of a request, sealed: nothing of its content, a sample, or that and the request as it came. */
interface SealedContent {
  readonly body?: Buffer;
  /** Is the sample another request than the one that came? */
  readonly altered?: boolean;
  readonly fresh?: Buffer;
}

/** Seals what may be kept: the sample and, where redaction has altered that, the request itself by a key of its own. */
export function sealSample({ keys, freshKeys, place, sampling, sample }: SealSample): SealedContent {
  if (sampling !== 'redacted' && sampling !== 'full') return {};
  const asked = sample();
  const came = JSON.stringify(asked);
  const kept = sampling === 'redacted' ? JSON.stringify(redactSample(asked)) : came;
  const altered = kept !== came;
  const body = seal(keys, { kind: 'sample', ...place }, Buffer.from(kept));
  if (!altered || freshKeys === undefined) return { body, altered };
  return { body, altered, fresh: seal(freshKeys, { kind: 'fresh-sample', ...place }, Buffer.from(came)) };
}
