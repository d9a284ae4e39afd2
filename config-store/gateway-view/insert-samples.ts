import type { JsonObject } from '../../domain/json.ts';
import { storable } from '../../domain/text/storable.ts';
import { json, query, type Db } from '../postgres/db.ts';

export interface SampleToInsert {
  /** What its body is bound to. */
  id?: string | undefined;
  app: string;
  environment: string;
  /** Digest of the revision that answered. */
  revision: string;
  arm: string;
  metadata: JsonObject;
  /** AES-256-GCM; absent where the app keeps metadata only. */
  body?: Buffer | undefined;
  /** How long it is kept. */
  ttlMs: number;
}

/** Keeps samples of requests; each expires by the database's clock (invariant 22). */
export async function insertSamples(db: Db, samples: readonly SampleToInsert[]): Promise<void> {
  if (samples.length === 0) return;
  const rows = samples.map(({ body, metadata, ...sample }) => ({
    ...sample,
    metadata: storable(metadata),
    body: body?.toString('base64'),
  }));
  await query(db, 'select gateway_samples($1)', [json(rows)]);
}
