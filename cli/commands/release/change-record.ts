import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { changeRecordSchema, recordDigest } from '../../../domain/change-record/record.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { renderRecord } from '../../change-record/render.ts';
import { done } from '../../output/outcome.ts';
import { changeRecordVerify } from './change-record-verify.ts';
import { idOfRelease } from '../naming/of-release.ts';
import type { Command } from '../context.ts';

export interface ChangeRecordOptions {
  readonly id?: string;
  readonly output?: string;
  /** A file to verify, without the API. */
  readonly verify?: string;
}

/** Writes one HTML file of a change. */
export const changeRecord: Command<ChangeRecordOptions> = async (context, { id: given, output, verify }) => {
  if (verify !== undefined) return changeRecordVerify(context, { file: verify });
  if (given === undefined) {
    throw new SluiceError('usage', 'Name a release.', { remedy: 'sluice release list' });
  }
  const id = await idOfRelease(context.api(), given);
  const record = changeRecordSchema.parse(
    await context.api().read(`/v1/releases/${encodeURIComponent(id)}/record`),
  );
  const file = output ?? `change-record-${record.release.app}-${record.revision.label}.html`;
  await writeFile(resolve(context.settings.workingDirectory, file), renderRecord(record));
  const digest = recordDigest(record);
  const { head, seal } = record;
  const end = head === undefined ? '' : `\n  end of the audit log: ${head.number}:${head.hash}`;
  const unsealed = seal === undefined ? '\n  ! The API has no key that would seal it: SLUICE_AUDIT_KEY.' : '';
  return done(
    `Wrote ${file}: SHA-256 of the record ${digest}.${end}${unsealed}`,
    { file, digest, ...(head === undefined ? {} : { head: { ...head } }) },
    record.release.id,
  );
};
