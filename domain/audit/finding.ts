import { z } from 'zod';

/** What can be wrong with an audit log, or with what it records. */
const findingKinds = [
  ...['empty', 'missing', 'changed', 'extra', 'backdated'], // of the chain
  ...['unsealed', 'wrong-seal', 'unknown-key', 'retired-key', 'not-present-key'], // of its seals
  ...['cut', 'other-history', 'wrong-head'], // against heads
  ...['state-changed', 'state-gone', 'state-unknown', 'state-rewritten'], // of what it records
  ...['past-sluice', 'nothing-done', 'guard-off', 'unwitnessed', 'unreviewed'],
] as const;

export const auditFindingSchema = z
  .object({
    kind: z.enum(findingKinds),
    position: z.int().optional().meta({ description: 'Number of the entry that it is about' }),
    what: z.string().meta({ description: 'What is wrong, as a sentence' }),
  })
  .meta({ id: 'AuditFinding' });

export type AuditFinding = z.infer<typeof auditFindingSchema>;
export type FindingKind = AuditFinding['kind'];

/** Says what is wrong, as a sentence, and with which entry. */
export type Tell = (kind: FindingKind, what: string, position?: number) => void;

/** Findings in the order in which they are told. */
export function collectFindings(): { readonly findings: AuditFinding[]; readonly tell: Tell } {
  const findings: AuditFinding[] = [];
  return {
    findings,
    tell(kind, what, position) {
      findings.push({ kind, what, ...(position === undefined ? {} : { position }) });
    },
  };
}

/** More than these help nobody to find out what happened. */
export const mostFindings = 50;
