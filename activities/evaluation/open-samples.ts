import type { SampleRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { DataKeys } from '../../program/data-keys.ts';
import { SluiceError } from '../../domain/errors.ts';
import { open } from '../../program/sealing.ts';
import type { Replayed } from '../../evals/mirror/replay.ts';
import { parseJson } from '../../protocols/fields.ts';
import { readSample } from '../../protocols/samples/sample.ts';

export interface OpenedSample extends Replayed {
  id: string;
  createdAt: string;
  expiresAt: string;
  /** Keyed hash of the subject: requests of one subject count as one unit. */
  group?: string;
}

/**
 * Opens sealed samples. Those that a newer version wrote, that another key sealed, or that are no requests any more are
 * left out: one of them must not stand in the way of the others.
 *
 * @throws SluiceError where there are samples and none can be read: `forbidden` for another key, else
 *   `broken_measurement`
 */
export function openSamples(rows: readonly (SampleRow & { body: Buffer })[], keys: DataKeys): OpenedSample[] {
  const sealed: unknown[] = [];
  const read = rows.flatMap((row) => {
    try {
      return openSample(row, keys);
    } catch (error) {
      sealed.push(error);
      return [];
    }
  });
  if (rows.length > 0 && read.length === 0) {
    if (sealed.length === rows.length) throw sealed[0];
    throw new SluiceError(
      'broken_measurement',
      `None of ${rows.length} samples has a form that can be replayed.`,
      {
        remedy: 'Run gateways and workers of the same version; samples of before expire.',
      },
    );
  }
  return read;
}

function openSample(row: SampleRow & { body: Buffer }, keys: DataKeys): OpenedSample[] {
  const sample = readSample(
    parseJson(open(keys, { kind: 'sample', ...row }, row.body).toString('utf8'), 'A sample'),
  );
  if (sample === undefined) return [];
  const { id, app, createdAt, expiresAt, metadata } = row;
  const { prompt = metadata['prompt'] } = sample; // samples of before had it in their metadata alone
  const model = typeof prompt === 'string' ? `${app}/${prompt}` : app;
  const opened = { id, createdAt, expiresAt, model, sample };
  const { subject } = metadata;
  return [typeof subject === 'string' ? { ...opened, group: subject } : opened];
}
