import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  changeRecordSchema,
  recordDigest,
  recordFaults,
  type ChangeRecord,
} from '../../domain/release/change-record.ts';
import { exitCodes, messageOf, SluiceError } from '../../domain/errors.ts';
import { embeddedRecord, renderRecord } from '../change-record/render.ts';
import { done, type CommandOutcome } from '../output/outcome.ts';
import type { Command, CommandContext } from './context.ts';

export interface ChangeRecordOptions {
  id?: string;
  output?: string;
  /** A file to verify, without the API. */
  verify?: string;
}

/** What does not hold of a file: of its record, or of what it shows of that. */
function faultsOf(html: string): { record?: ChangeRecord; faults: string[] } {
  const inside = embeddedRecord(html);
  if (inside === undefined) return { faults: ['there is no record inside'] };
  try {
    const record = changeRecordSchema.parse(JSON.parse(inside));
    // What people read is made of the record anew: a word changed in either is found.
    const shown =
      renderRecord(record) === html
        ? []
        : ['what the file shows, or its digest, is not what its record says'];
    return { record, faults: [...shown, ...recordFaults(record)] };
  } catch (error) {
    return { faults: [`its record cannot be read: ${messageOf(error)}`] };
  }
}

async function verifyFile(context: CommandContext, file: string): Promise<CommandOutcome> {
  const path = resolve(context.settings.workingDirectory, file);
  const html = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SluiceError('not_found', `${file} cannot be read: ${messageOf(cause)}.`, { cause });
  });
  const { record, faults } = faultsOf(html);
  if (record === undefined || faults.length > 0) {
    const text = [`${file} does not hold:`, ...faults.map((fault) => `  ${fault}`)].join('\n');
    return { code: exitCodes.conflict, word: 'record_broken', json: { faults }, text };
  }
  const digest = recordDigest(record);
  const last = record.audit.at(-1);
  const place =
    last?.position === undefined
      ? ''
      : ` Its last entry of the audit log is no. ${last.position}, ${last.hash ?? ''}.`;
  return done(`${file} holds: release ${record.release.id}, SHA-256 ${digest}.${place}`, {
    digest,
    release: record.release.id,
  });
}

/** Writes one HTML file of a change; with `--verify` checks one, without the API. */
export const changeRecord: Command<ChangeRecordOptions> = async (context, { id, output, verify }) => {
  if (verify !== undefined) return verifyFile(context, verify);
  if (id === undefined) {
    throw new SluiceError('usage', 'Name a release, or a file: --verify FILE.', {
      remedy: 'sluice release list',
    });
  }
  const record = changeRecordSchema.parse(
    await context.api().read(`/v1/releases/${encodeURIComponent(id)}/record`),
  );
  const file = output ?? `change-record-${record.release.app}-${record.revision.label}.html`;
  await writeFile(resolve(context.settings.workingDirectory, file), renderRecord(record));
  const digest = recordDigest(record);
  return done(`Wrote ${file}: SHA-256 of the record ${digest}.`, { file, digest }, record.release.id);
};
