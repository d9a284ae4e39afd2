import { checkSplit } from '../../../analysis/guardrails/split-check.ts';
import type { CumulativeCounts, VersionCounts } from '../../../config-store/looks/read-counts.ts';
import { SluiceError } from '../../../domain/errors.ts';
import {
  callersShares,
  reportsAreJudged,
  thinnedBy,
  tooMuchWord,
  unevenTraffic,
  type CallersShares,
} from '../../../domain/guardrail/callers-word.ts';
import type { Arm, Counting } from '../../../domain/split/split.ts';

/** The version that is looked at, and its candidate's share in percent. */
interface Looked {
  readonly splitVersion: number;
  readonly weight: number;
}

/**
 * Throws `broken_measurement` where the subjects that gateways drew themselves do not fall as the weight says. Callers
 * have no part in those: it is the gateways that do not split as they should, or count as they should.
 */
export function requireDealtByWeight({ arms }: VersionCounts, weight: number): void {
  const drawn = drawnOf(arms);
  if (agree(drawn, weight)) return;
  throw new SluiceError(
    'broken_measurement',
    `The split is not served as written: of the subjects that gateways drew themselves, ${drawn.candidate} fell on the candidate and ${drawn.stable} on stable at ${weight} %.`,
    { remedy: 'Nothing measured under it can be believed: check that all gateways are of one version.' },
  );
}

/** What callers alone say or choose under a version. */
export interface CallersWordIn {
  /** Its shares, for people. */
  readonly callers?: Record<Arm, CallersShares>;
  /** Why it is too much of it. */
  readonly callersWord?: string | undefined;
  readonly oneSided?: OneSided | undefined;
}

/** It is callers who chose what each arm was asked. */
export interface OneSided {
  readonly why: string;
  /** So many times rarer than they would be stable's bad events may be for it. */
  readonly thinnedBy: number;
}

export function callersWordIn(
  { versions }: CumulativeCounts,
  { splitVersion, weight }: Looked,
  counting: Counting | undefined,
): CallersWordIn {
  const counted = versions.find((version) => version.splitVersion === splitVersion);
  if (counted === undefined) return {};
  const { arms } = counted;
  const [candidate, stable] = [arms.candidate.counts, arms.stable.counts];
  const admitted = {
    candidate: candidate.admitted + arms['lease-expired'].counts.admitted,
    stable: stable.admitted,
  };
  const why = subjectsChosen(counted, weight) ?? unevenTraffic(admitted, weight);
  const judged = counting !== undefined && reportsAreJudged(counting);
  return {
    callersWord: tooMuchWord({ candidate, stable }, { reportsAreJudged: judged }) ?? why,
    oneSided: why === undefined ? undefined : { why, thinnedBy: thinnedBy(admitted, weight) },
    callers: { candidate: callersShares(candidate), stable: callersShares(stable) },
  };
}

/** Where subjects that are new in the release do not fall as the weight says, though the gateways' own do. */
function subjectsChosen({ arms, newSubjects: seen }: VersionCounts, weight: number): string | undefined {
  if (agree(seen, weight)) return undefined;
  const drawn = drawnOf(arms);
  return (
    `callers sent ${seen.candidate} new subjects of the candidate and ${seen.stable} of stable at ${weight} %` +
    `, where gateways themselves drew ${drawn.candidate} and ${drawn.stable}`
  );
}

function drawnOf({ candidate, stable }: VersionCounts['arms']): Record<Arm, number> {
  return { candidate: candidate.counts.drawn ?? 0, stable: stable.counts.drawn ?? 0 };
}

function agree({ candidate, stable }: Record<Arm, number>, weight: number): boolean {
  return checkSplit({ weight: weight / 100, candidateSubjects: candidate, stableSubjects: stable }).agrees;
}
