// STATISTICS section 8: suites of 50 critical cases under the sequential test.
import { createRandom } from './random.ts';
import { runCriticalSuite } from './suite-runs.ts';

const random = createRandom(16);

function report(name: string, probabilities: readonly number[], runs: number): void {
  const judged = Array.from({ length: runs }, () => runCriticalSuite(random, probabilities));
  const percent = (outcome: string) =>
    ((100 * judged.filter((one) => one.outcome === outcome).length) / runs).toFixed(1);
  const repeats = judged.flatMap(({ cases }) => cases.map((one) => one.repeats));
  const mean = repeats.reduce((sum, count) => sum + count, 0) / repeats.length;
  console.log(
    `${name}: blocked ${percent('block')}, inconclusive ${percent('inconclusive')}, passes ${percent('pass')}, ` +
      `${mean.toFixed(1)} repeats a case`,
  );
}

const fifty = (probability: number, odd = probability) => [
  odd,
  ...Array.from({ length: 49 }, () => probability),
];
report('50 cases, all .95', fifty(0.95), 2000);
report('50 cases, all .9', fifty(0.9), 2000);
report('50 cases .99, one .5', fifty(0.99, 0.5), 2000);
report('50 cases .99, one .3', fifty(0.99, 0.3), 2000);
report('50 cases .99, one 0', fifty(0.99, 0), 2000);
report('one case .9', [0.9], 20_000);
report('one case .95', [0.95], 20_000);
report('one case .5', [0.5], 20_000);
