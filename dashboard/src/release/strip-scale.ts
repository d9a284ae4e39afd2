/** Puts numbers on a line of 0 to 100, with a little room at both ends; all of the same is in the middle. */
export function stripScale(values: readonly number[]): (value: number) => number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const spread = high - low;
  if (!Number.isFinite(spread) || spread === 0) return () => 50;
  return (value) => 4 + (92 * (value - low)) / spread;
}
