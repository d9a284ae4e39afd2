import { marginSeen } from '../judges/sight.ts';
import { oneLookZ } from '../gate/gate-looks.ts';
import { pairedDifference, relativeOutcome } from '../gate/paired-difference.ts';
import type { Interval } from '../numbers/bounded-mean.ts';
import type { MirroredPair } from './mirrored-pair.ts';

/** What pairs say of the quality of answers. The interval of the difference has 90 %. */
export interface ScoreComparison extends Interval {
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  /** Pairs of which both answers have a score. */
  readonly pairs: number;
  /** Pairs that were to be scored and of which one answer has none. */
  readonly missing: number;
  /** Mean scores, 0..1. */
  readonly candidate: number;
  readonly stable: number;
  /** candidate - stable. */
  readonly difference: number;
}

/** One bound at this z errs in 2.5 %: form and quality are two tests, and a good candidate fails neither by chance. */
const blockZ = 1.96;
/** More of them than this, and what lacks may be what is bad. */
const mostMissing = 0.05;

/**
 * Compares the scores of answers to the same requests: worse by the margin fails, surely not worse by it passes. Too few
 * pairs, or too many without a score, decide nothing.
 *
 * @returns undefined where nothing was to be scored
 */
export function compareScores(
  pairs: readonly MirroredPair[],
  {
    margin,
    minPairs,
    sight,
  }: {
    readonly margin: number;
    readonly minPairs: number;
    /** Of the judges that have said the scores: only within what they surely see of the margin nothing is worse. */
    readonly sight?: Pick<Interval, 'lower'>;
  },
): ScoreComparison | undefined {
  const asked = pairs.filter(
    ({ candidate, stable }) => candidate.score !== undefined && stable.score !== undefined,
  );
  if (asked.length === 0) return undefined;
  const scored = asked.flatMap(({ candidate: { score: own }, stable: { score: others }, group }) =>
    typeof own === 'number' && typeof others === 'number'
      ? [{ candidate: [own], stable: [others], group }]
      : [],
  );
  const missing = asked.length - scored.length;
  const shown = pairedDifference(scored, oneLookZ);
  const enough = scored.length >= minPairs && missing <= mostMissing * asked.length;
  const mean = (arm: 'candidate' | 'stable'): number =>
    scored.reduce((sum, pair) => sum + (pair[arm][0] ?? 0), 0) / Math.max(1, scored.length);
  return {
    outcome: enough ? outcomeOf(shown, pairedDifference(scored, blockZ), { margin, sight }) : 'inconclusive',
    ...{ pairs: scored.length, missing, candidate: mean('candidate'), stable: mean('stable') },
    ...{ difference: shown.estimate, lower: shown.lower, upper: shown.upper },
  };
}

function outcomeOf(
  shown: Parameters<typeof relativeOutcome>[0],
  surely: Parameters<typeof relativeOutcome>[0],
  { margin, sight }: { readonly margin: number; readonly sight: Pick<Interval, 'lower'> | undefined },
): ScoreComparison['outcome'] {
  if (relativeOutcome(surely, margin) === 'block') return 'fail';
  const within = sight === undefined ? margin : marginSeen(margin, sight);
  return relativeOutcome(shown, within) === 'pass' ? 'pass' : 'inconclusive';
}
