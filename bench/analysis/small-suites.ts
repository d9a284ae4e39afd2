// Decision record 0018: how often suites of 5 to 1,000 cases pass a candidate that is worse than stable by exactly the margin, or
// a pass rate of exactly minPassRate, over all looks; and how often they pass an unchanged one.
import { scoreAbove } from '../../analysis/numbers/bounded-mean.ts';
import { casesToShow, lookZ, oneLookZ, plannedRepeats } from '../../analysis/gate/gate-looks.ts';
import { createRandom, type Random } from './random.ts';
import { caseModels, type CaseModel } from './suite-cases.ts';

const maxRepeats = 5;
const sizes = [5, 10, 25, 50, 100, 300, 1000];

/** Does a suite of this model pass at one of the looks? */
function passes(random: Random, model: CaseModel, count: number, loss: number, margin: number): boolean {
  const cases = Array.from({ length: count }, () => model.draw(random, loss));
  const sums = cases.map(() => 0);
  let repeats = 0;
  return plannedRepeats(maxRepeats).some((planned) => {
    for (; repeats < planned; repeats++) {
      for (const [i, one] of cases.entries()) sums[i] = (sums[i] ?? 0) + one(random);
    }
    const units = sums.map((sum) => ({ sum: sum / planned, size: 1 }));
    return scoreAbove(units, -margin, -1) >= lookZ(maxRepeats);
  });
}

function share(seed: number, runs: number, once: (random: Random) => boolean): number {
  const random = createRandom(seed);
  let count = 0;
  for (let run = 0; run < runs; run++) if (once(random)) count++;
  return (100 * count) / runs;
}

function falsePasses(): void {
  for (const margin of [0.02, 0.05, 0.12]) {
    for (const model of caseModels) {
      const row = sizes.map((count) => {
        const runs = count > 100 ? 1000 : 4000;
        return share(count, runs, (random) => passes(random, model, count, margin, margin)).toFixed(1);
      });
      console.log(`worse by the margin of ${margin * 100} points, ${model.name}: ${row.join(' / ')} % pass`);
    }
  }
}

function power(): void {
  for (const margin of [0.02, 0.05, 0.12]) {
    for (const model of caseModels) {
      const row = sizes.map((count) =>
        share(count, count > 100 ? 400 : 1000, (random) => passes(random, model, count, 0, margin)).toFixed(
          0,
        ),
      );
      console.log(`unchanged, margin ${margin * 100} points, ${model.name}: ${row.join(' / ')} % pass`);
    }
  }
}

const logFactorial = [0];
for (let i = 1; i <= 1000; i++) logFactorial.push((logFactorial.at(-1) ?? 0) + Math.log(i));

/** The exact chance that one look at n cases passes, where gains have probability `gain` and losses margin more. */
function exactPass(n: number, margin: number, gain: number, z: number): number {
  const log = (count: number, p: number) => (count === 0 ? 0 : count * Math.log(p));
  const f = (count: number) => logFactorial[count] ?? NaN;
  let total = 0;
  for (let losses = 0; losses <= n; losses++) {
    for (let gains = 0; gains <= n - losses && (gain > 0 || gains === 0); gains++) {
      const ties = n - losses - gains;
      const logP =
        f(n) -
        f(losses) -
        f(gains) -
        f(ties) +
        log(losses, margin + gain) +
        log(gains, gain) +
        log(ties, 1 - margin - 2 * gain);
      if (logP < -25 || (gains - losses) / n <= -margin) continue;
      const units = [
        ...Array.from({ length: losses }, () => ({ sum: -1, size: 1 })),
        ...Array.from({ length: gains }, () => ({ sum: 1, size: 1 })),
        ...Array.from({ length: ties }, () => ({ sum: 0, size: 1 })),
      ];
      if (scoreAbove(units, -margin, -1) >= z) total += Math.exp(logP);
    }
  }
  return total;
}

function exactWorst(): void {
  for (const n of [5, 10, 25, 50, 100]) {
    for (const margin of [0.02, 0.05, 0.12, 0.2]) {
      const chances = [0, 0.01, 0.05, 0.1, 0.2, 0.3].map((gain) => exactPass(n, margin, gain, oneLookZ));
      console.log(
        `exact, one look, ${n} cases, margin ${margin * 100}: at most ${(100 * Math.max(...chances)).toFixed(2)} %`,
      );
    }
  }
}

/** The absolute rule: cases of the model, in groups of `groupSize` that pass and fail together. */
function passesRate(random: Random, count: number, minPassRate: number, groupSize: number): boolean {
  const spread = 0.4;
  const kinds = Array.from({ length: count / groupSize }, () => {
    // Two fifths of the cases are flaky, the rest are always good or always bad; the mean is minPassRate.
    if (random.uniform() < spread) return minPassRate;
    return random.uniform() < minPassRate ? 1 : 0;
  });
  const sums = kinds.map(() => 0);
  let repeats = 0;
  return plannedRepeats(maxRepeats).some((planned) => {
    for (; repeats < planned; repeats++) {
      for (const [i, p] of kinds.entries()) sums[i] = (sums[i] ?? 0) + (random.uniform() < p ? groupSize : 0);
    }
    const units = sums.map((sum) => ({ sum: sum / planned, size: groupSize }));
    return scoreAbove(units, minPassRate, 0) >= lookZ(maxRepeats);
  });
}

function rates(): void {
  for (const minPassRate of [0.5, 0.8, 0.9, 0.95]) {
    for (const groupSize of [1, 5]) {
      const row = [10, 25, 50, 100, 300].map((count) =>
        share(count, count > 100 ? 1000 : 4000, (random) =>
          passesRate(random, count, minPassRate, groupSize),
        ).toFixed(1),
      );
      console.log(
        `rate of exactly ${minPassRate * 100} %, groups of ${groupSize}: ${row.join(' / ')} % pass`,
      );
    }
  }
}

function least(): void {
  for (const bad of [0.02, 0.05, 0.1, 0.12, 0.2, 0.5]) {
    const needed = [1, 3, 5].map((repeats) => casesToShow(bad, lookZ(repeats)));
    console.log(`least cases for ${bad * 100} points: ${needed.join(' / ')} at maxRepeats 1 / 3 / 5`);
  }
}

least();
exactWorst();
rates();
falsePasses();
power();
