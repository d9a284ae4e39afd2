import type { JsonObject } from '../../domain/json.ts';
import { storable } from '../../domain/text/storable.ts';
import { json, query, type Db } from '../postgres/db.ts';

export interface SampleToInsert {
  /** What its body is bound to. */
  readonly id?: string | undefined;
  readonly app: string;
  readonly environment: string;
  /** Digest of the revision that answered. */
  readonly revision: string;
  readonly arm: string;
  readonly metadata: JsonObject;
  /** AES-256-GCM; absent where the app keeps metadata only. */
  readonly body?: Buffer | undefined;
  /** Has redaction altered it? Absent where no content is kept. */
  readonly altered?: boolean | undefined;
  /** The request as it came, sealed by the key of fresh samples, where redaction has altered what is kept of it. */
  readonly fresh?: Buffer | undefined;
  /** How long that is kept, in milliseconds: 60 minutes at most. */
  readonly freshTtlMs?: number | undefined;
  /** How long it is kept. */
  readonly ttlMs: number;
}

/** Keeps samples of requests; each expires by the database's clock (invariant 22). */
export async function insertSamples(db: Db, samples: readonly SampleToInsert[]): Promise<void> {
  if (samples.length === 0) return;
  const rows = samples.map(({ body, fresh, metadata, ...sample }) => ({
    ...sample,
    metadata: storable(metadata),
    body: body?.toString('base64'),
    fresh: fresh?.toString('base64'),
  }));
  await query(db, 'select gateway_samples($1)', [json(rows)]);
}
