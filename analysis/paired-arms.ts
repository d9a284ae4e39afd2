import { pairedDifference, relativeOutcome } from './paired-difference.ts';
import type { PairedDifference } from './paired-difference.ts';

/** One sampled request, answered by both arms. */
export interface ArmPair {
  candidateOk: boolean;
  stableOk: boolean;
  candidateLatencyMs: number;
  stableLatencyMs: number;
  /** Pairs of one subject or conversation count as one unit. */
  group?: string;
}

export interface PairedArmsInput {
  pairs: readonly ArmPair[];
  /** How much larger the candidate's share of failed answers may be, as a difference of rates; > 0. */
  margin: number;
  /** Fewer pairs than this decide nothing. */
  minPairs: number;
  /** How many times stable's latency the candidate's may be in the geometric mean; above 1. Not judged where absent. */
  latencyRatio?: number;
}

interface PairedComparison extends PairedDifference {
  outcome: 'pass' | 'fail' | 'inconclusive';
}

export interface PairedArmsDecision {
  outcome: 'pass' | 'fail' | 'inconclusive';
  pairs: number;
  candidateFailed: number;
  stableFailed: number;
  /** Difference of the shares of good answers, candidate - stable. */
  answers: PairedComparison;
  /** log(stable's latency / candidate's) where both answered; above 0 the candidate is faster. */
  latency?: PairedComparison;
}

/**
 * Decides a mirror replay from pairs of answers to the same request, by the relative rule of the evaluation gate (DESIGN
 * section 8), taken once. Too few pairs are inconclusive. A pair that could not be measured is no pair: leaving it out,
 * or failing the replay, is the caller's decision.
 *
 * @throws RangeError on a negative latency.
 */
export function decidePairedArms(input: PairedArmsInput): PairedArmsDecision {
  const { pairs, margin, minPairs, latencyRatio } = input;
  const answers = compareAnswers(pairs, margin);
  const latency = latencyRatio === undefined ? undefined : compareLatency(pairs, latencyRatio);
  const enough = pairs.length >= minPairs && pairs.length > 0;
  const outcomes = [answers.outcome, ...(latency === undefined ? [] : [latency.outcome])];
  return {
    outcome: enough ? worst(outcomes) : 'inconclusive',
    pairs: pairs.length,
    candidateFailed: pairs.filter(({ candidateOk }) => !candidateOk).length,
    stableFailed: pairs.filter(({ stableOk }) => !stableOk).length,
    answers,
    ...(latency === undefined ? {} : { latency }),
  };
}

function compareAnswers(pairs: readonly ArmPair[], margin: number): PairedComparison {
  const cases = pairs.map((pair) => ({
    candidate: [Number(pair.candidateOk)],
    stable: [Number(pair.stableOk)],
    group: pair.group,
  }));
  return compare(cases, margin);
}

function compareLatency(pairs: readonly ArmPair[], latencyRatio: number): PairedComparison {
  const answered = pairs.filter(({ candidateOk, stableOk }) => candidateOk && stableOk);
  const cases = answered.map((pair) => ({
    candidate: [-logLatency(pair.candidateLatencyMs)],
    stable: [-logLatency(pair.stableLatencyMs)],
    group: pair.group,
  }));
  return compare(cases, Math.log(latencyRatio));
}

function compare(cases: Parameters<typeof pairedDifference>[0], margin: number): PairedComparison {
  const difference = pairedDifference(cases);
  const outcome = relativeOutcome(difference, margin);
  return { ...difference, outcome: outcome === 'block' ? 'fail' : outcome };
}

/** Below a millisecond only the clock is compared. */
function logLatency(latencyMs: number): number {
  if (!(latencyMs >= 0)) throw new RangeError(`A latency is not negative, but this one is ${latencyMs} ms.`);
  return Math.log(Math.max(1, latencyMs));
}

function worst(outcomes: readonly PairedComparison['outcome'][]): PairedComparison['outcome'] {
  if (outcomes.includes('fail')) return 'fail';
  return outcomes.every((outcome) => outcome === 'pass') ? 'pass' : 'inconclusive';
}
