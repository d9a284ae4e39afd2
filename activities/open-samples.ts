import type { SampleRow } from '../config-store/types.ts';
import { SluiceError } from '../domain/errors.ts';
import { sampleBodySchema, type SampleBody } from '../domain/sample-body.ts';
import { open } from '../domain/sealing.ts';
import { isReplayable } from '../evals/mirror/replay-request.ts';

export interface OpenedSample {
  id: string;
  createdAt: string;
  expiresAt: string;
  body: SampleBody;
  /** Keyed hash of the subject: requests of one subject count as one unit. */
  group?: string;
}

/**
 * Opens sealed samples. Those that another version wrote in another form, or that only their own protocol can say, are
 * left out.
 *
 * @throws SluiceError `forbidden` for another key; `broken_measurement` where there are samples and none can be read
 */
export function openSamples(
  rows: readonly (SampleRow & { body: Buffer })[],
  dataKey: Buffer,
): OpenedSample[] {
  const read = rows.flatMap((row) => readSample(row, dataKey));
  if (rows.length > 0 && read.length === 0) {
    throw new SluiceError(
      'broken_measurement',
      `None of ${rows.length} samples has a form that can be replayed.`,
      {
        remedy: 'Run gateways and workers of the same version; samples of before expire.',
      },
    );
  }
  return read.filter(({ body }) => isReplayable(body));
}

function readSample(row: SampleRow & { body: Buffer }, dataKey: Buffer): OpenedSample[] {
  const parsed = sampleBodySchema.safeParse(JSON.parse(open(dataKey, row.body).toString('utf8')));
  if (!parsed.success) return [];
  const { id, app, createdAt, expiresAt, metadata } = row;
  const { prompt, subject } = metadata;
  // Redaction may have struck the name in the body; what the store knows of the sample is as it was.
  const model = typeof prompt === 'string' ? `${app}/${prompt}` : app;
  const sample = { id, createdAt, expiresAt, body: { ...parsed.data, model } };
  return [typeof subject === 'string' ? { ...sample, group: subject } : sample];
}
