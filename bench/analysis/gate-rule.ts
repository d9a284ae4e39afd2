// STATISTICS section 8: the relative rule at looks of 1, 3 and 5 repeats. The case model is ours (see suite-runs.ts), so figures agree in kind, not to the digit.
import { decideGate, nextRepeats } from '../../analysis/gate/gate-decision.ts';
import { createRandom, type Random } from './random.ts';
import { drawCases, drawScores, meanPassProbability } from './suite-runs.ts';

function relativeOutcome(random: Random, count: number, loss: number): string {
  const cases = drawCases(random, count).map((probability, i) => ({
    id: String(i),
    critical: false,
    candidate: drawScores(random, probability * (1 - loss / meanPassProbability), 5),
    stable: drawScores(random, probability, 5),
    errors: 0,
  }));
  const rule = { minPassRate: 0, margin: 0.02, criticalPolicy: 'sequential', maxRepeats: 5 } as const;
  for (let looksTaken = 1; ; looksTaken++) {
    const input = { cases, looksTaken, ...rule };
    const { outcome } = decideGate(input);
    if (outcome !== 'inconclusive' || nextRepeats(input) === 'none') return outcome;
  }
}

const random = createRandom(17);
for (const count of [100, 400, 1000]) {
  for (const loss of [0, 0.05]) {
    const runs = 1000;
    const outcomes = Array.from({ length: runs }, () => relativeOutcome(random, count, loss));
    const percent = (name: string) =>
      ((100 * outcomes.filter((one) => one === name).length) / runs).toFixed(1);
    console.log(
      `${count} cases, ${loss === 0 ? 'unchanged' : '-5 points'}: pass ${percent('pass')}, block ${percent('block')}, ` +
        `inconclusive ${percent('inconclusive')}`,
    );
  }
}
