import { alwaysValidInterval, shareDifference } from './difference-interval.ts';

/** Numbers that are as good as chance, and the same at each run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

it('holds the true difference at every look in at least 95 of 100 releases', () => {
  const [stableRate, candidateRate] = [0.05, 0.07];
  let left = 0;
  for (let release = 0; release < 400; release += 1) {
    const next = chance(release + 1);
    const arms = { candidate: { bad: 0, of: 0 }, stable: { bad: 0, of: 0 } };
    let isOut = false;
    for (let look = 0; look < 60 && !isOut; look += 1) {
      for (let i = 0; i < 50; i += 1) {
        arms.candidate = {
          bad: arms.candidate.bad + Number(next() < candidateRate),
          of: arms.candidate.of + 1,
        };
        arms.stable = { bad: arms.stable.bad + Number(next() < stableRate), of: arms.stable.of + 1 };
      }
      const found = shareDifference(arms.candidate, arms.stable, 0.02);
      const truth = candidateRate - stableRate;
      isOut = found === undefined || truth < found.lower || truth > found.upper;
    }
    if (isOut) left += 1;
  }
  expect(left / 400).toBeLessThan(0.05);
});

it('is the narrower the more is known, and never narrower than one look alone would have it', () => {
  const few = shareDifference({ bad: 5, of: 100 }, { bad: 5, of: 100 }, 0.02);
  const many = shareDifference({ bad: 500, of: 10_000 }, { bad: 500, of: 10_000 }, 0.02);
  expect(many?.upper).toBeLessThan(few?.upper ?? 0);
  const fixed = 1.96 * Math.sqrt((2 * 0.05 * 0.95) / 10_000);
  expect(many?.upper).toBeGreaterThan(fixed);
});

it('says nothing where nothing was seen, and knows no arm exactly', () => {
  expect(shareDifference({ bad: 0, of: 0 }, { bad: 0, of: 10 }, 0.02)).toBeUndefined();
  expect(shareDifference({ bad: 0, of: 50 }, { bad: 0, of: 50 }, 0.02)?.upper).toBeGreaterThan(0);
  expect(alwaysValidInterval(0.1, 1e-6, 0.02)).toMatchObject({ estimate: 0.1 });
});
