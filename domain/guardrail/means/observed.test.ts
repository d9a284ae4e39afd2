import { isObserved } from './observed.ts';

/** How many of so many subjects of an arm are observed under a version. */
function observed(arm: 'stable' | 'candidate', weight: number, { splitVersion = 2, subjects = 3_000 } = {}) {
  const hashes = Array.from({ length: subjects }, (_, i) => String(i));
  return hashes.filter((subjectHash) => isObserved({ splitVersion, arm, weight, subjectHash }));
}

it.each([1, 5, 25, 50, 75, 95])('takes as many subjects of either arm at %d %', (weight) => {
  const [candidate, stable] = [observed('candidate', weight), observed('stable', weight)];
  const [ofCandidate, ofStable] = [weight * candidate.length, (100 - weight) * stable.length];
  expect(Math.max(candidate.length, stable.length)).toBe(3_000);
  expect(ofStable / ofCandidate).toBeGreaterThan(0.75);
  expect(ofStable / ofCandidate).toBeLessThan(1.35);
});

it('takes others with each split version, and none where there is one arm alone', () => {
  const [first, second] = [2, 3].map((splitVersion) => new Set(observed('stable', 5, { splitVersion })));
  expect(first!.intersection(second!).size).toBeLessThan(first!.size / 5);
  expect([observed('stable', 0), observed('candidate', 100)]).toEqual([[], []]);
});
