/** An estimate of a difference, and within what it lies. */
export interface DifferenceInterval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** Of one arm: how many of how many were bad. */
export interface BadShare {
  readonly bad: number;
  readonly of: number;
}

const alpha = 0.05;

/**
 * Within what a difference lies, at all times at once with 95 %, however often one looks: the normal mixture sequence of
 * Robbins (1970) as Johari, Koomen, Pekelis & Walsh give it ("Always Valid Inference", Operations Research 2022, section 5).
 * It is for people to see how much is known; nothing is decided by it. It holds as far as the estimate is normal, so it
 * says nothing worth having of fewer than some dozens of units.
 *
 * @param variance of the estimate
 * @param scale a difference that would matter, known before: it is narrowest for differences about so large
 */
export function alwaysValidInterval(estimate: number, variance: number, scale: number): DifferenceInterval {
  const mixture = scale * scale;
  const half = Math.sqrt(
    ((variance * (variance + mixture)) / mixture) * Math.log((variance + mixture) / (variance * alpha ** 2)),
  );
  return { estimate, lower: estimate - half, upper: estimate + half };
}

/**
 * The same of candidate minus stable, both shares of bad events. Variances are of the shares with one good and one bad unit
 * more (Agresti & Caffo 2000): without, an arm that has had no bad event would be known exactly. Undefined without units.
 */
export function shareDifference(
  candidate: BadShare,
  stable: BadShare,
  scale: number,
): DifferenceInterval | undefined {
  if (candidate.of === 0 || stable.of === 0) return undefined;
  const estimate = candidate.bad / candidate.of - stable.bad / stable.of;
  const { lower, upper } = alwaysValidInterval(estimate, varianceOf(candidate) + varianceOf(stable), scale);
  return { estimate, lower: Math.max(-1, lower), upper: Math.min(1, upper) };
}

function varianceOf({ bad, of }: BadShare): number {
  const share = (bad + 1) / (of + 2);
  return (share * (1 - share)) / (of + 2);
}
