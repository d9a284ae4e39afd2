/** A number that each answer has, of which gateways keep a histogram: what a release's answers are later held beside. */
export type Quantity = 'cost' | 'tokens';
export const quantities: readonly Quantity[] = ['cost', 'tokens'];

/** The upper edge of the first bucket; each is by a quarter of an octave above the one before. */
const firstEdge: Readonly<Record<Quantity, number>> = { cost: 1e-7, tokens: 1 };
const step = 2 ** 0.25;
const buckets = 160;

/** The bucket of a value of 0 or more: the first whose edge is not below it; the last has all that is above. */
export function valueBucketOf(quantity: Quantity, value: number): number {
  const steps = Math.ceil(Math.log(value / firstEdge[quantity]) / Math.log(step) - 1e-9);
  return Math.min(buckets - 1, Math.max(0, steps));
}

/** The upper edge of the bucket below which the share `q` of the values lies; undefined where there are none. */
export function valueQuantile(quantity: Quantity, counts: readonly number[], q: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  const bucket = counts.findIndex((count) => (below += count) >= q * total);
  return firstEdge[quantity] * step ** bucket;
}
