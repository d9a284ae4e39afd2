// How often the 95 % interval of a corrected rate holds the true one, over judges, label counts and rates.
import { calibrationOf } from '../../analysis/judges/calibration.ts';
import { correctedRate } from '../../analysis/judges/corrected-rate.ts';
import { share, wilsonInterval, z95 } from '../../analysis/judges/proportion.ts';
import { createRandom } from './random.ts';

const runs = Number(process.argv[2] ?? 4_000);
const random = createRandom(1301);

interface Cell {
  readonly sensitivity: number;
  readonly specificity: number;
  /** Labelled answers of each label. */
  readonly labels: number;
  readonly judged: number;
  readonly rate: number;
}

/** Covered of `runs` by ours, by the delta method (Wald), and by taking the judge for perfectly known. */
function coverage({ sensitivity, specificity, labels, judged, rate }: Cell) {
  const covered = { ours: 0, wald: 0, plain: 0, kappa: 0 };
  const q = rate * sensitivity + (1 - rate) * (1 - specificity);
  const kappa = kappaOf(sensitivity, specificity);
  for (let i = 0; i < runs; i += 1) {
    const goodPassed = random.binomial(labels, sensitivity);
    const badFailed = random.binomial(labels, specificity);
    const counts = { goodPassed, goodFailed: labels - goodPassed, badFailed, badPassed: labels - badFailed };
    const passed = { hits: random.binomial(judged, q), of: judged };
    const found = correctedRate({ passed, labels: counts });
    if (found.lower <= rate && rate <= found.upper) covered.ours += 1;
    const [s, c] = [goodPassed / labels, badFailed / labels];
    const sight = s + c - 1;
    const p = (share(passed) + c - 1) / sight;
    const v = (x: number, n: number) => (x * (1 - x)) / n;
    const error =
      Math.sqrt(v(share(passed), judged) + p ** 2 * v(s, labels) + (1 - p) ** 2 * v(c, labels)) / sight;
    if (Math.abs(p - rate) <= z95 * error) covered.wald += 1;
    const w = wilsonInterval(passed);
    if ((w.lower + c - 1) / sight <= rate && rate <= (w.upper + c - 1) / sight) covered.plain += 1;
    const k = calibrationOf(counts).kappa;
    if (k.lower <= kappa && kappa <= k.upper) covered.kappa += 1;
  }
  return covered;
}

/** With as many good as bad labels. */
function kappaOf(sensitivity: number, specificity: number): number {
  const passes = (sensitivity + 1 - specificity) / 2;
  const expected = passes / 2 + (1 - passes) / 2;
  return ((sensitivity + specificity) / 2 - expected) / (1 - expected);
}

for (const labels of [25, 50, 100]) {
  for (const judged of [200, 1_000]) {
    const cells = [0.7, 0.8, 0.9, 0.95].flatMap((sensitivity) =>
      [0.7, 0.8, 0.9, 0.95].flatMap((specificity) =>
        [0.1, 0.3, 0.5, 0.7, 0.9].map((rate) => ({ sensitivity, specificity, labels, judged, rate })),
      ),
    );
    const found = cells.map((cell) => ({ cell, covered: coverage(cell) }));
    const line = (['ours', 'wald', 'plain', 'kappa'] as const).map((way) => {
      const all = found.map(({ covered }) => (100 * covered[way]) / runs);
      const within = all.filter((each) => each >= 93 && each <= 97).length;
      const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
      return `${way} ${Math.min(...all).toFixed(1)}-${Math.max(...all).toFixed(1)} (mean ${mean.toFixed(1)}, ${within}/${all.length} in 93-97)`;
    });
    console.log(`${2 * labels} labels, ${judged} judged: ${line.join('; ')}`);
    if (process.argv.includes('--cells'))
      for (const { cell, covered } of found)
        if (covered.ours / runs < 0.93 || covered.ours / runs > 0.97)
          console.log(JSON.stringify({ ...cell, ours: covered.ours / runs }));
  }
}
