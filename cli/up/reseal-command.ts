import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createPool } from '../../config-store/connection/create-pool.ts';
import {
  deleteSamples,
  replaceSampleBody,
  sealedSamples,
  type SealedSample,
} from '../../config-store/evaluations/reseal-samples.ts';
import { createDataKeys, parseDataKeyList, type DataKeys } from '../../program/data-keys.ts';
import { SluiceError } from '../../domain/errors.ts';
import { noDatabase } from '../../domain/refusals.ts';
import { open, seal, sealedWith, type SealedPlace } from '../../program/sealing.ts';
import type { Command } from '../commands/context.ts';
import { done } from '../output/outcome.ts';
import { openSecrets } from './home/home.ts';

const atOnce = 200;

interface Resealed {
  readonly resealed: number;
  /** Sealed with the current key already. */
  readonly current: number;
  readonly unreadable: number;
}

/**
 * Seals all samples with the current data key, so that former ones can be taken out of the settings. Needs the database
 * and the keys: DATABASE_URL and SLUICE_DATA_KEY, else those of the stack of this folder. Can be run again at any time.
 */
export const resealSamples: Command<{ readonly dropUnreadable: boolean }> = async (
  { settings, tell },
  options,
) => {
  const { databaseUrl, environment, home } = settings;
  if (databaseUrl === undefined) throw noDatabase();
  const keys = dataKeysOf(environment, home);
  const db = createPool(databaseUrl, { applicationName: 'sluice-reseal' });
  try {
    const counts = await resealAll(db, keys, options);
    const { resealed, current, unreadable } = counts;
    if (unreadable > 0 && !options.dropUnreadable) {
      tell('Name a lost key behind the current one, or drop what it sealed by --drop-unreadable.');
    }
    const became = options.dropUnreadable ? 'deleted' : 'left as they are';
    return done(
      `${resealed} samples sealed anew with the key ${keys.current.id}, ${current} were; ` +
        `${unreadable} cannot be opened and were ${became}.`,
      { ...counts, key: keys.current.id },
    );
  } finally {
    await db.end();
  }
};

function dataKeysOf(environment: NodeJS.ProcessEnv, home: string): DataKeys {
  const named = environment['SLUICE_DATA_KEY'];
  if (named !== undefined && named !== '') return createDataKeys(parseDataKeyList(named));
  if (existsSync(join(home, 'secrets.json')))
    return createDataKeys(parseDataKeyList(openSecrets(home).secrets.dataKey));
  throw new SluiceError('usage', 'It is not known what samples are sealed with.', {
    remedy: 'Set SLUICE_DATA_KEY as the gateways have it.',
  });
}

async function resealAll(
  db: Pool,
  keys: DataKeys,
  { dropUnreadable }: { readonly dropUnreadable: boolean },
): Promise<Resealed> {
  const counts = { resealed: 0, current: 0, unreadable: 0 };
  for (let after: string | undefined; ;) {
    const page = await sealedSamples(db, { after, limit: atOnce });
    after = page.at(-1)?.id;
    if (after === undefined) return counts;
    const unreadable: string[] = [];
    for (const sample of page) {
      const body = resealed(keys, sample);
      if (body === 'current') counts.current += 1;
      else if (body === 'unreadable') unreadable.push(sample.id);
      else {
        await replaceSampleBody(db, { id: sample.id, body });
        counts.resealed += 1;
      }
    }
    counts.unreadable += unreadable.length;
    if (dropUnreadable) await deleteSamples(db, unreadable);
  }
}

function resealed(keys: DataKeys, { body, ...row }: SealedSample): Buffer | 'current' | 'unreadable' {
  const place: SealedPlace = { kind: 'sample', ...row };
  try {
    const plain = open(keys, place, body);
    return sealedWith(body) === keys.current.id ? 'current' : seal(keys, place, plain);
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'forbidden') return 'unreadable';
    throw error;
  }
}
