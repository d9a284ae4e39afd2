import type { AuditVerdict } from '../../api/schemas/audit.ts';
import type { AuditFinding } from '../../domain/audit/finding.ts';
import { exitCodes } from '../../domain/errors.ts';
import { done, type CommandOutcome } from './outcome.ts';

export function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}

/** Findings as lines, each kind with what to do about it once. */
function findingLines(findings: readonly AuditFinding[]): string[] {
  return findings.map(({ what }) => `  ✗ ${what}`);
}

const shownFindings = 10;

/** What to do, by the first thing that is wrong. */
function remedyOf(findings: readonly AuditFinding[]): string {
  const kinds = new Set(findings.map(({ kind }) => kind));
  if (kinds.has('unknown-key')) {
    return 'Give the former keys after the present one: SLUICE_AUDIT_KEY=NEW,FORMER. If it was never one of yours, somebody else sealed these entries.';
  }
  if (kinds.has('not-present-key')) return 'Start an API with the present key: it seals the end of the log.';
  if (kinds.has('guard-off'))
    return 'Find out who switched it off; `alter table … enable trigger` has it on again.';
  if (kinds.has('cut') || kinds.has('other-history')) {
    return 'If a backup was restored, see docs/operations/backup.md. Else keep the database as it is, and look who could write to it.';
  }
  return 'Compare with a backup of the database, and look who could write to it.';
}

/** What stands where the chain breaks, as far as it can be told. */
function headlineOf({ verified, brokenAt }: AuditVerdict): string {
  return brokenAt === undefined
    ? `The audit log does not hold, though its chain of ${records(verified)} does:`
    : `The audit chain is broken after ${records(verified)} that hold.`;
}

/** 0 where everything holds; else the exit code of a conflict: the database does not hold what was recorded. */
export function verdictOutcome(verdict: AuditVerdict, how: { readonly isKeyed: boolean }): CommandOutcome {
  const { ok, verified, pending, head, findings, sealed, confirmed } = verdict;
  if (ok) {
    const waiting = pending === 0 ? '' : ` ${records(pending)} not chained yet: look again in a few seconds.`;
    const seals =
      how.isKeyed && sealed === 0
        ? '\n  ! No key seals it: who can write to the database can change it unseen.'
        : '';
    const noted =
      confirmed === undefined ? '' : `\n  It has all heads that were noted, up to number ${confirmed}.`;
    return done(
      `The audit chain is intact: ${records(verified)} checked.${waiting}${seals}${noted}\n  head ${verified}:${head} (note it elsewhere; \`sluice audit --verify --expect\` holds the log against it)`,
      { ...verdict },
    );
  }
  const more = findings.length > shownFindings ? [`  … and ${findings.length - shownFindings} more.`] : [];
  const text = [
    headlineOf(verdict),
    ...findingLines(findings.slice(0, shownFindings)),
    ...more,
    `  → ${remedyOf(findings)}`,
  ].join('\n');
  return { code: exitCodes.conflict, word: 'audit_broken', json: { ...verdict }, text };
}
