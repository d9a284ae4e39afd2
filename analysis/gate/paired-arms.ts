import { casesToShow, oneLookZ } from './gate-looks.ts';
import { pairedDifference, type PairedDifference, relativeOutcome } from './paired-difference.ts';

/** One sampled request, answered by both arms. */
export interface ArmPair {
  readonly candidateOk: boolean;
  readonly stableOk: boolean;
  /** Pairs of one subject or conversation count as one unit. */
  readonly group?: string;
}

export interface PairedArmsInput {
  readonly pairs: readonly ArmPair[];
  /** How much larger the candidate's share of failed answers may be, as a difference of rates; > 0. */
  readonly margin: number;
  /** Fewer pairs than this decide nothing. */
  readonly minPairs: number;
}

interface PairedComparison extends PairedDifference {
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
}

export interface PairedArmsDecision {
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  readonly pairs: number;
  readonly candidateFailed: number;
  readonly stableFailed: number;
  /** Difference of the shares of good answers, candidate - stable. */
  readonly answers: PairedComparison;
}

/**
 * Decides a mirror replay from pairs of answers to the same request, by the relative rule of the evaluation gate (DESIGN
 * section 8), taken once. Too few pairs are inconclusive. A pair that could not be measured is no pair: leaving it out,
 * or failing the replay, is the caller's decision.
 */
export function decidePairedArms({ pairs, margin, minPairs }: PairedArmsInput): PairedArmsDecision {
  const answers = compareAnswers(pairs, margin);
  const enough = pairs.length >= minPairs && pairs.length > 0;
  return {
    outcome: enough ? answers.outcome : 'inconclusive',
    pairs: pairs.length,
    candidateFailed: pairs.filter(({ candidateOk }) => !candidateOk).length,
    stableFailed: pairs.filter(({ stableOk }) => !stableOk).length,
    answers,
  };
}

/** The least number of pairs that can show the candidate to be within the margin, if all agree. */
export function pairsToShow(margin: number): number {
  return casesToShow(margin, oneLookZ);
}

function compareAnswers(pairs: readonly ArmPair[], margin: number): PairedComparison {
  const cases = pairs.map((pair) => ({
    candidate: [Number(pair.candidateOk)],
    stable: [Number(pair.stableOk)],
    group: pair.group,
  }));
  const difference = pairedDifference(cases, oneLookZ);
  const outcome = relativeOutcome(difference, margin);
  return { ...difference, outcome: outcome === 'block' ? 'fail' : outcome };
}
