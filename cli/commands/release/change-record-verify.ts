import { resolve } from 'node:path';
import { parseExport } from '../../../domain/audit/export.ts';
import { proofOf, type Known, type Proof } from '../../../domain/change-record/proof.ts';
import { changeRecordSchema, recordDigest, type ChangeRecord } from '../../../domain/change-record/record.ts';
import { exitCodes, messageOf } from '../../../domain/errors.ts';
import { embeddedRecord, renderRecord } from '../../change-record/render.ts';
import { foreign } from '../../output/printable.ts';
import { done, type CommandOutcome } from '../../output/outcome.ts';
import { expectedOf, readText, type AuditVerifyOptions } from '../access/audit-verify.ts';
import type { Command, CommandContext } from '../context.ts';

export type RecordVerifyOptions = AuditVerifyOptions & {
  readonly file: string;
  /** An export of the audit log. */
  readonly log?: string;
};

function knownOf(context: CommandContext, { log, ...options }: RecordVerifyOptions): Known {
  const { settings } = context;
  const known = { keys: settings.auditKeys, ...expectedOf(context, options) };
  if (log === undefined) return known;
  return { ...known, log: parseExport(readText(resolve(settings.workingDirectory, log)), log) };
}

/** The record inside of a file; a sentence where there is none that can be read. */
function recordIn(html: string): ChangeRecord | string {
  const inside = embeddedRecord(html);
  if (inside === undefined) return 'there is no record inside';
  try {
    return changeRecordSchema.parse(JSON.parse(inside));
  } catch (error) {
    return `its record cannot be read: ${messageOf(error)}`;
  }
}

/** Is what people read what the record says? It is made of the record anew: a word changed in either is found. */
function byLook(record: ChangeRecord, html: string): Pick<Proof, 'faults' | 'proven' | 'open'> {
  const none = { faults: [], proven: [], open: [] };
  if (record.version === 1)
    return { ...none, open: ['that it shows what its record says: it is of an older version. Make it anew'] };
  return renderRecord(record) === html
    ? { ...none, proven: ['what the file shows is what its record says'] }
    : { ...none, faults: ['what the file shows, or its digest, is not what its record says'] };
}

function broken(file: string, faults: readonly string[]): CommandOutcome {
  const text = [`${file} does not hold:`, ...faults.map((fault) => `  ✗ ${fault}`)].join('\n');
  return { code: exitCodes.conflict, word: 'record_broken', json: { faults: [...faults] }, text };
}

/**
 * Checks a change record where there is neither API nor database, and says what is certain and what cannot be told by what
 * is at hand.
 */
export const changeRecordVerify: Command<RecordVerifyOptions> = (context, options) =>
  Promise.resolve().then(() => verifyFile(context, options));

function verifyFile(context: CommandContext, options: RecordVerifyOptions): CommandOutcome {
  const { file } = options;
  const html = readText(resolve(context.settings.workingDirectory, file));
  const record = recordIn(html);
  if (typeof record === 'string') return broken(file, [record]);
  const look = byLook(record, html);
  const { faults, proven, open } = foreign(proofOf(record, knownOf(context, options)));
  if (look.faults.length + faults.length > 0) return broken(file, [...look.faults, ...faults]);
  const said = { proven: [...look.proven, ...proven], open: [...look.open, ...open] };
  const digest = recordDigest(record);
  const { release, head } = foreign(record);
  const about = `release ${release.id}, SHA-256 ${digest}`;
  const headline =
    said.open.length === 0
      ? `${file} holds: ${about}.`
      : `${file} fits together, and not all of it is vouched for: ${about}.`;
  const text = [
    headline,
    ...said.proven.map((each) => `  ✓ ${each}.`),
    ...said.open.map((each) => `  ? Not told: ${each}.`),
    ...(head === undefined ? [] : [`  end of the audit log when it was made: ${head.number}:${head.hash}`]),
  ].join('\n');
  const json = { digest, release: release.id, ...said };
  if (said.open.length === 0) return done(text, json);
  return { code: exitCodes.inconclusive, word: 'record_not_checked', json, text };
}
