/** From here on the series below is exact to double precision. */
const seriesStart = 10;

/**
 * The natural log of the gamma function for x > 0: Stirling's series, reached from small x by
 * gamma(x + 1) = x gamma(x).
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs a positive number, not ${x}.`);
  let shifted = x;
  let product = 1;
  for (; shifted < seriesStart; shifted++) product *= shifted;
  return stirling(shifted) - Math.log(product);
}

/** The natural log of the beta function for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

function stirling(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 -
      square *
        (1 / 360 -
          square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360))))));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
