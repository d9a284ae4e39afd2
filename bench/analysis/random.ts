/** A seeded source of chance, so that a simulation repeats to the digit. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Successes of n independent trials of probability p. */
  binomial(n: number, p: number): number;
}

// Local names, because look-ups of globals dominate in jest's sandbox.
const { floor, log, log1p } = Math;

/** The sfc32 generator, which passes the usual batteries of tests. */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [0, seed | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 16; i++) next();
  return { uniform: next, binomial: (n, p) => binomial(next, n, p) };
}

/** Leaps from success to success, so that rare events cost little. */
function binomial(uniform: () => number, n: number, p: number): number {
  if (p <= 0 || n <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(uniform, n, 1 - p);
  const logMiss = log1p(-p);
  let successes = 0;
  for (let trial = leap(uniform, logMiss); trial <= n; trial += leap(uniform, logMiss)) successes++;
  return successes;
}

function leap(uniform: () => number, logMiss: number): number {
  return 1 + floor(log(1 - uniform()) / logMiss);
}

/** A standard normal variate (Box and Muller). */
export function normal({ uniform }: Random): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** The value below which the share `q` of the values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** Picks one with the probability of its weight. */
export function createPicker<T>(of: readonly T[], weightOf: (each: T) => number): (random: Random) => T {
  let total = 0;
  const upTo = of.map((each) => (total += weightOf(each)));
  return (random) => {
    const at = random.uniform() * total;
    let [low, high] = [0, upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    const picked = of[low];
    if (picked === undefined) throw new RangeError('There is nothing to pick from.');
    return picked;
  };
}
