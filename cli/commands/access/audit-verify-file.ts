import { resolve } from 'node:path';
import { createChainCheck } from '../../../domain/audit/chain-check.ts';
import { parseExport } from '../../../domain/audit/export.ts';
import { exitCodes, SluiceError } from '../../../domain/errors.ts';
import { records, verdictOutcome } from '../../output/describe-audit.ts';
import { expectedOf, readText, type AuditVerifyOptions } from './audit-verify.ts';
import type { CommandContext, Command } from '../context.ts';
import type { CommandOutcome } from '../../output/outcome.ts';

/**
 * Checks an export where there is neither API nor database. Its seals need SLUICE_AUDIT_KEY; without it what lies below
 * a head that was noted elsewhere is proven by that head, and the rest is not.
 */
export const auditVerifyFile: Command<VerifyFileOptions> = (context, options) =>
  Promise.resolve().then(() => verifyFile(context, options));

type VerifyFileOptions = AuditVerifyOptions & { readonly file: string };

function verifyFile(context: CommandContext, options: VerifyFileOptions): CommandOutcome {
  const { settings } = context;
  const keys = settings.auditKeys;
  const { entries, head } = parseExport(
    readText(resolve(settings.workingDirectory, options.file)),
    options.file,
  );
  if (head === undefined) {
    throw new SluiceError('invalid_file', `${options.file} does not end with the head of the log.`, {
      remedy: 'Its end was cut off, or it is no export: make it with `sluice audit export`.',
    });
  }
  const { heads, expected } = expectedOf(context, options);
  const check = createChainCheck({ keys, heads, expected, closing: head });
  for (const entry of entries) check.next(entry);
  const { found, ...result } = check.end();
  const isSealed = entries.some(({ mac }) => mac !== undefined);
  const given = found === undefined ? {} : { found: { ...found } };
  const verdict = { ok: result.findings.length === 0, ...result, ...given, pending: 0 };
  if (!verdict.ok || keys !== undefined || (result.confirmed ?? 0) >= result.verified) {
    return verdictOutcome(verdict, { isKeyed: keys !== undefined });
  }
  const unchecked = isSealed ? 'nobody has checked its seals' : 'no key seals it';
  const text = [
    `The chain of ${records(result.verified)} fits together; ${unchecked}, so all of it may have been made anew.`,
    '  → Set SLUICE_AUDIT_KEY, or name a head that you have noted: --expect NUMBER:HASH, --heads FILE.',
  ].join('\n');
  return { code: exitCodes.inconclusive, word: 'audit_not_checked', json: { ...verdict, ok: false }, text };
}
