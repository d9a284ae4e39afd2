import { type CriticalJudgement, judgeCriticalCases } from '../../analysis/gate/critical-cases.ts';
import type { Random } from './random.ts';

/** Runs a suite of critical cases with the given pass probabilities until it is decided or used up. */
export function runCriticalSuite(random: Random, probabilities: readonly number[]): CriticalJudgement {
  const passes = probabilities.map((): boolean[] => []);
  for (;;) {
    const judgement = judgeCriticalCases(passes, 'sequential');
    const open = judgement.cases.map(({ state }) => state === 'open');
    if (judgement.outcome !== 'inconclusive' || !open.includes(true)) return judgement;
    for (const [i, probability] of probabilities.entries()) {
      if (open[i] === true) passes[i]?.push(random.uniform() < probability);
    }
  }
}

/** A model of a suite: most cases are solid, some are flaky, some are hard; intra-class correlation 0.43, mean 0.90. */
const kinds = [
  { share: 0.78, passes: 0.99 },
  { share: 0.12, passes: 0.75 },
  { share: 0.1, passes: 0.35 },
] as const;

/** The mean pass probability of the model. */
export const meanPassProbability = kinds.reduce((sum, { share, passes }) => sum + share * passes, 0);

/** Draws the pass probabilities of `count` cases. */
export function drawCases(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => {
    let left = random.uniform();
    const kind = kinds.find(({ share }) => (left -= share) < 0);
    return (kind ?? kinds[0]).passes;
  });
}

/** Draws K scores, each 1 with the given probability. */
export function drawScores(random: Random, probability: number, repeats: number): number[] {
  return Array.from({ length: repeats }, () => (random.uniform() < probability ? 1 : 0));
}
