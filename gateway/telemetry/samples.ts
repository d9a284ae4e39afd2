import type { SampleToInsert } from '../../config-store/gateway-view/insert-samples.ts';
import type { Sampling } from '../../config-store/gateway-view/types.ts';
import type { JsonObject } from '../../domain/json.ts';
import { seal } from '../../domain/sealing.ts';
import type { Clock } from '../clock.ts';
import { keepDoing } from '../keep-doing.ts';
import type { Sample } from '../../protocols/sample.ts';
import { redactSample } from './redact-sample.ts';

const perSecond = 5;
const queueCapacity = 200;
const intervalMs = 1_000;
const keptForMs = 7 * 24 * 60 * 60 * 1000;

/** A request that may be kept. */
export interface SampledRequest {
  readonly app: string;
  readonly sampling: Sampling;
  readonly revision: string;
  readonly arm: string;
  readonly metadata: JsonObject;
  /** Made only where its content is kept. */
  readonly sample: () => Sample;
}

export interface Sampler {
  /** Shall this request be kept? At most 5 a second of each app are, by arrival, not by outcome. */
  wants(app: string, sampling: Sampling): boolean;
  keep(sample: SampledRequest): void;
  flush(): Promise<void>;
  readonly stop: () => void;
}

export interface SamplerParts {
  readonly clock: Clock;
  readonly dataKey: Buffer;
  readonly environment: string;
  readonly insert: (samples: readonly SampleToInsert[]) => Promise<void>;
  readonly onDropped: (app: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Keeps samples sealed (invariant 22), in batches; what finds the queue full is dropped and told of. */
export function createSampler({
  clock,
  dataKey,
  environment,
  insert,
  onDropped,
  onFailure,
}: SamplerParts): Sampler {
  const queue: SampleToInsert[] = [];
  const allowances = new Map<string, { left: number; atMs: number }>();
  const flush = async (): Promise<void> => {
    const batch = queue.splice(0);
    if (batch.length === 0) return;
    try {
      await insert(batch);
    } catch (error) {
      queue.unshift(...batch);
      throw error;
    }
  };
  return {
    wants(app, sampling) {
      if (sampling === 'off') return false;
      const nowMs = clock.nowMs();
      const { left, atMs } = allowances.get(app) ?? { left: perSecond, atMs: nowMs };
      const allowance = Math.min(perSecond, left + ((nowMs - atMs) / 1000) * perSecond);
      allowances.set(app, { left: allowance >= 1 ? allowance - 1 : allowance, atMs: nowMs });
      return allowance >= 1;
    },
    keep({ sampling, sample, ...row }) {
      if (queue.length >= queueCapacity) {
        onDropped(row.app);
        return;
      }
      queue.push({ ...row, environment, ttlMs: keptForMs, ...sealedBody(dataKey, sampling, sample) });
    },
    flush,
    stop: keepDoing(flush, { clock, intervalMs, onFailure }).stop,
  };
}

function sealedBody(key: Buffer, sampling: Sampling, sample: () => Sample): { body?: Buffer } {
  if (sampling !== 'redacted' && sampling !== 'full') return {};
  const kept = sampling === 'redacted' ? redactSample(sample()) : sample();
  return { body: seal(key, Buffer.from(JSON.stringify(kept))) };
}
