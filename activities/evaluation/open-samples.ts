import type { SampleRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { FreshSampleRow } from '../../config-store/evaluations/read-fresh-samples.ts';
import type { SealingKeys } from '../../program/data-keys.ts';
import type { JsonObject } from '../../domain/json.ts';
import { SluiceError } from '../../domain/errors.ts';
import { open, type SealedPlace } from '../../program/sealing.ts';
import type { AskableSample } from '../../analysis/mirror/choose-samples.ts';
import type { Replayed } from '../../evals/mirror/replay.ts';
import { parseJson } from '../../protocols/fields.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { isLaterTurn, lengthOf, questionOf } from '../../protocols/samples/question.ts';
import { readSample } from '../../protocols/samples/sample.ts';
import { holdsMark } from '../../protocols/samples/marks.ts';

export interface OpenedSample extends Replayed, AskableSample {
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Keyed hash of the subject: requests of one subject count as one unit. */
  readonly group?: string;
  /** Redaction has made another request of it: it is shown, never judged. */
  readonly altered: boolean;
}

/** A stored sample with the keys that open it. */
export interface SealedRow {
  readonly row: Pick<SampleRow, 'id' | 'app' | 'environment' | 'createdAt' | 'expiresAt' | 'altered'> & {
    readonly metadata: JsonObject;
    readonly body: Buffer;
  };
  readonly kind: SealedPlace['kind'];
  readonly keys: SealingKeys;
}

/** A sample of those that are kept for days. */
export const keptRow = (row: SealedRow['row'], keys: SealingKeys): SealedRow => ({
  ...{ row, keys, kind: 'sample' },
});

/** A request as it came, of the last hour. */
export const freshRow = ({ subject, ...row }: FreshSampleRow, keys: SealingKeys): SealedRow => ({
  row: { ...row, altered: false, metadata: subject === undefined ? {} : { subject } },
  ...{ keys, kind: 'fresh-sample' },
});

/**
 * Opens sealed samples. Those that a newer version wrote, that another key sealed, or that are no requests any more are
 * left out: one of them must not stand in the way of the others.
 *
 * @throws SluiceError where there are samples and none can be read: `forbidden` for another key, else
 *   `broken_measurement`
 */
export function openSamples(rows: readonly SealedRow[]): OpenedSample[] {
  const sealed: unknown[] = [];
  const read = rows.flatMap((row) => {
    try {
      return openSample(row);
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

function openSample({ row, kind, keys }: SealedRow): OpenedSample[] {
  const text = open(keys, { kind, ...row }, row.body).toString('utf8');
  const sample = readSample(parseJson(text, 'A sample'));
  if (sample === undefined) return [];
  const { id, app, createdAt, expiresAt, metadata } = row;
  const { prompt = metadata['prompt'] } = sample; // samples of before had it in their metadata alone
  const model = typeof prompt === 'string' ? `${app}/${prompt}` : app;
  // Those of before do not say whether they were altered. One without a mark was not; one with a mark may have been.
  const altered = row.altered ?? holdsMark(text);
  const asks = {
    question: digestOf(questionOf(sample)),
    stratum: `${typeof prompt === 'string' ? `${prompt}, ` : ''}${lengthOf(sample)}`,
    later: isLaterTurn(sample),
  };
  const opened = { id, createdAt, expiresAt, model, sample, altered, ...asks };
  const { subject } = metadata;
  return [typeof subject === 'string' ? { ...opened, group: subject } : opened];
}
