import type { AnswerRecord } from './answer-record.ts';

/** A subject that was seen on an arm where it must not be. */
export interface StickyViolation {
  readonly subject: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly moved: 'within one split version' | 'from candidate back to stable while the candidate went on';
}

export interface StickyReport {
  /** Answers whose arm was decided by the split alone. */
  readonly checked: number;
  readonly violations: readonly StickyViolation[];
}

export interface StickyCheck {
  observe(record: Pick<AnswerRecord, 'subject' | 'arm' | 'revision' | 'splitVersion' | 'reason'>): void;
  report(): StickyReport;
}

/** Reasons by which the split itself decided; a lease that ran out, a rescue or a pin are decided elsewhere. */
const DECIDED_BY_SPLIT = new Set(['weight', 'included', 'excluded', 'no-candidate']);

/**
 * Watches that each subject stays on its arm while the split version stands, and that while one candidate goes on,
 * later versions only move subjects from stable to candidate. Versions in which nobody was seen on the candidate
 * count as having none, so a rollback is no violation.
 */
export function createStickyCheck(): StickyCheck {
  const armsOf = new Map<string, Map<number, string>>();
  const candidateAt = new Map<number, string | undefined>();
  const within: StickyViolation[] = [];
  let checked = 0;
  return {
    observe({ subject, arm, revision, splitVersion, reason }) {
      if (arm === undefined || splitVersion === undefined || !DECIDED_BY_SPLIT.has(reason ?? '')) return;
      checked += 1;
      candidateAt.set(splitVersion, arm === 'candidate' ? revision : candidateAt.get(splitVersion));
      const arms = armsOf.get(subject) ?? new Map<number, string>();
      armsOf.set(subject, arms);
      if ((arms.get(splitVersion) ?? arm) !== arm) {
        within.push({
          subject,
          fromVersion: splitVersion,
          toVersion: splitVersion,
          moved: 'within one split version',
        });
      }
      arms.set(splitVersion, arm);
    },
    report: () => ({ checked, violations: [...within, ...movesBack(armsOf, candidateAt)] }),
  };
}

function movesBack(
  armsOf: ReadonlyMap<string, ReadonlyMap<number, string>>,
  candidateAt: ReadonlyMap<number, string | undefined>,
): StickyViolation[] {
  const versions = [...candidateAt.keys()].sort((a, b) => a - b);
  const sameCandidate = (from: number, to: number): boolean =>
    versions.every((v) => v < from || v > to || candidateAt.get(v) === candidateAt.get(from));
  return [...armsOf].flatMap(([subject, arms]) => {
    const seen = [...arms].sort(([a], [b]) => a - b);
    return seen.flatMap(([toVersion, arm], at): StickyViolation[] => {
      const [fromVersion, before] = seen[at - 1] ?? [toVersion, arm];
      if (before !== 'candidate' || arm === 'candidate' || !sameCandidate(fromVersion, toVersion)) return [];
      const moved = 'from candidate back to stable while the candidate went on';
      return [{ subject, fromVersion, toVersion, moved }];
    });
  });
}
