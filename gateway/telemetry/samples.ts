import { randomUUID } from 'node:crypto';
import type { SampleToInsert } from '../../config-store/gateway-view/insert-samples.ts';
import type { Sampling } from '../../config-store/gateway-view/types.ts';
import type { SealingKeys } from '../../program/data-keys.ts';
import type { JsonObject } from '../../domain/json.ts';
import { keepDoing } from '../keep-doing.ts';
import { freshForMs, keptForMs } from '../../protocols/samples/lifetimes.ts';
import type { Sample } from '../../protocols/samples/sample.ts';
import { createQueueWatch, type QueueState } from '../queues/queue-watch.ts';
import { createWriteQueue } from '../queues/write-queue.ts';
import { createSampleAllowance, type AllowanceParts } from './sample-allowance.ts';
import { sealSample } from './seal-sample.ts';

const queueCapacity = 200;
const queueCapacityBytes = 32 * 1024 * 1024;
const intervalMs = 1_000;

/** A request that may be kept. */
export interface SampledRequest {
  readonly app: string;
  readonly sampling: Sampling;
  readonly revision: string;
  readonly arm: string;
  readonly metadata: JsonObject;
  /** Since it arrived. */
  readonly ageMs: number;
  /** Made only where its content is kept. */
  readonly sample: () => Sample;
}

export interface Sampler {
  /** Shall this request be kept? Decided at its arrival, before arm or outcome are known. */
  wants(app: string, sampling: Sampling): boolean;
  /** For a request that was wanted and is not kept after all: another one is kept in its stead. */
  giveBack(app: string): void;
  keep(sample: SampledRequest): void;
  flush(): Promise<void>;
  state(): QueueState;
  readonly stop: () => void;
}

export interface SamplerParts extends AllowanceParts {
  readonly dataKeys: SealingKeys;
  /** Of fresh samples; undefined where the operator has set none: then none are kept. */
  readonly freshKeys: SealingKeys | undefined;
  readonly environment: string;
  /** May requests of an app be kept as they came, where redaction alters them? */
  readonly keepsFresh: (app: string) => boolean;
  readonly insert: (samples: readonly SampleToInsert[]) => Promise<void>;
  readonly onDropped: (app: string) => void;
  readonly onFailure: (error: unknown) => void;
  /** A sample that cannot be sealed, or that the database refuses for what is in it: it is dropped. */
  readonly onPoison: (app: string, error: unknown) => void;
}

/** Keeps samples sealed (invariant 22), in batches; what finds the queue full is dropped and told of. */
export function createSampler(parts: SamplerParts): Sampler {
  const { clock, dataKeys, freshKeys, environment, keepsFresh, insert, onDropped, onFailure, onPoison } =
    parts;
  const allowance = createSampleAllowance(parts);
  const watch = createQueueWatch(clock);
  const queue = createWriteQueue<QueuedSample>({
    mostRows: queueCapacity,
    mostBytes: queueCapacityBytes,
    bytesOf: ({ body, fresh }) => (body?.length ?? 0) + (fresh?.length ?? 0),
    write: (rows) => insert(rows.map((row) => ofNow(row, clock.nowMs()))),
    onFull(app) {
      watch.dropped();
      onDropped(app);
    },
    onPoison(app, error) {
      watch.dropped();
      onPoison(app, error);
    },
  });
  const flush = async (): Promise<void> => {
    if (!(await queue.flush())) return;
    watch.moved();
    if (queue.size() > 0) watch.waits(); // They came while the others were written.
  };
  return {
    wants: (app, sampling) => sampling !== 'off' && allowance.take(app),
    giveBack(app) {
      allowance.giveBack(app);
    },
    keep({ sampling, sample, ageMs, ...row }) {
      const isKept = queue.keep(row.app, () => {
        const place = { id: randomUUID(), app: row.app, environment };
        const ownKeys = keepsFresh(row.app) ? freshKeys : undefined;
        const sealed = sealSample({ keys: dataKeys, freshKeys: ownKeys, place, sampling, sample });
        const freshUntilMs = clock.nowMs() - ageMs + freshForMs;
        return { ...row, ...place, ttlMs: keptForMs, freshUntilMs, ...sealed };
      });
      if (isKept) watch.waits();
    },
    flush,
    state: () => watch.state(queue.size()),
    stop: keepDoing(flush, { clock, intervalMs, onFailure }).stop,
  };
}

interface QueuedSample extends SampleToInsert {
  /** Until when what is fresh of it may be kept, by this gateway's clock. */
  readonly freshUntilMs: number;
}

/** What has waited for the database for so long is kept for so much less. */
function ofNow({ freshUntilMs, fresh, ...row }: QueuedSample, nowMs: number): SampleToInsert {
  const freshTtlMs = Math.floor(freshUntilMs - nowMs);
  return fresh === undefined || freshTtlMs <= 0 ? row : { ...row, fresh, freshTtlMs };
}
