const repeatsAtLooks = [1, 3, 5] as const;

/** The repeats that every case has at each look, as far as `maxRepeats` allows them: 1, 3, 5. */
export function plannedRepeats(maxRepeats: number): number[] {
  if (!(maxRepeats >= 1)) throw new RangeError(`maxRepeats must be at least 1, not ${maxRepeats}.`);
  return [...new Set(repeatsAtLooks.map((repeats) => Math.min(repeats, maxRepeats)))];
}

/** One bound at this z errs in 5 %: for what is looked at once. */
export const oneLookZ = 1.645;
/**
 * z of one bound at each of two or three looks, so that all of them together err in at most 5 % (Pocock's constant levels):
 * for looks at 1 and 3, and at 1, 3 and 5 repeats of independent outcomes, by 3,000,000 runs. Outcomes that repeat
 * themselves make the looks alike, and err less.
 */
const [twoLooksZ, threeLooksZ] = [1.93, 2.05];

/** z of one bound at each look of a gate whose looks end at `maxRepeats`. */
export function lookZ(maxRepeats: number): number {
  const looks = plannedRepeats(maxRepeats).length;
  if (looks === 1) return oneLookZ;
  return looks === 2 ? twoLooksZ : threeLooksZ;
}

/**
 * The least number of cases that can show a share of bad ones to be below `share`, where none is bad; Infinity where no
 * number can. For a pass rate the share is 1 - minPassRate, for the comparison with stable it is the margin.
 *
 * Solves sqrt(n) a - b / sqrt(n) >= z, the score of `bounded-mean.ts` for a sample in which nothing is bad.
 */
export function casesToShow(share: number, z: number): number {
  if (share <= 0) return Infinity;
  if (share >= 1) return 1;
  const a = Math.sqrt(share / (1 - share));
  const b = 1 / (2 * Math.sqrt(share * (1 - share)));
  const root = (z + Math.sqrt(z * z + 4 * a * b)) / (2 * a);
  return Math.max(1, Math.ceil(root * root - 1e-9));
}
