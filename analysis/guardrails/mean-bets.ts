/** Values of one block, all of one split version; larger is worse. */
export interface Block {
  readonly candidate: readonly number[];
  readonly stable: readonly number[];
}

/**
 * What is known before a block: where the mean lies, how far values lie from their arm's mean (a variance), and the largest
 * value that stable can have. Candidates' values lie in 0..1.
 */
export interface BeforeBlock {
  readonly center: number;
  readonly variance: number;
  readonly mostStable: number;
}

// Local names, because look-ups of globals dominate in jest's sandbox.
const { log1p, min } = Math;

/** No bet can lose more than this share of what it has. */
const mostAtStake = 0.9;

/**
 * log of a block's factor in a bet that the candidate's mean lies `shift` above stable's:
 * prod(1 + c (y_i - center)) prod(1 + s (center - y_j)) over the candidate's and stable's values, with n_c c = n_s s.
 *
 * Its expectation is at most 1 wherever the mean over the block of the candidate's expectations is at most that of
 * stable's, whatever these are and however they move within it: log E = sum log(1 + c d_i) + sum log(1 - s d_j) <=
 * c sum d_i - s sum d_j = n_c c (mean d_i - mean d_j) <= 0, with d = expectation - center. So `center` may be any guess
 * from what came before; a good one costs nothing. Unlike a bet on differences with stable's mean it loses nothing where
 * the arms' numbers differ by chance (docs/decisions/0063; Waudby-Smith and Ramdas 2024 have the bet on one mean).
 */
export function logBetFactor(block: Block, before: BeforeBlock, shift: number): number {
  const { candidate, stable } = block;
  const { center, variance, mostStable } = before;
  // Grows fastest where the arms really are `shift` apart, in the middle of which the center lies.
  const stake = (2 * shift) / (2 * variance + (shift * shift) / 2) / (candidate.length + stable.length);
  const affordable = min(
    1,
    center > 0 ? mostAtStake / (stake * stable.length * center) : 1,
    mostStable > center ? mostAtStake / (stake * candidate.length * (mostStable - center)) : 1,
  );
  const onCandidate = affordable * stake * stable.length;
  const onStable = affordable * stake * candidate.length;
  let sum = 0;
  for (const value of candidate) sum += log1p(onCandidate * (value - center));
  for (const value of stable) sum += log1p(onStable * (center - value));
  return sum;
}

/** What is known after a block. `values`: of how many values `before` is made. */
export function afterBlock<Before extends BeforeBlock>(
  { candidate, stable }: Block,
  before: Before,
  values: number,
): Before {
  const count = candidate.length + stable.length;
  const [ofCandidate, ofStable] = [meanOf(candidate), meanOf(stable)];
  const squares = squaresAround(candidate, ofCandidate) + squaresAround(stable, ofStable);
  // The more is known the less a block changes it, and never nothing: rates move.
  const weight = Math.max(count / (firstGuess + values + count), min(1, count / memory));
  return {
    ...before,
    center: before.center + weight * ((ofCandidate + ofStable) / 2 - before.center),
    variance: before.variance + weight * (squares / Math.max(1, count - 2) - before.variance),
  };
}

/** The first guess counts as much as so many values. */
const firstGuess = 10;
/** What is known is that of about so many values. */
const memory = 400;

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squaresAround(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
