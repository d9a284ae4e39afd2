import type { MirrorReport } from '../api/types.ts';

type Prediction = MirrorReport['predictions'][number];

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

function value(kind: Prediction['kind'], of: number): string {
  return kind === 'rate' ? `${number.format(100 * of)} %` : number.format(of);
}

/** What was expected, with its interval. */
export function predicted(
  kind: Prediction['kind'],
  { expected, lower, upper }: Prediction['candidate'],
): string {
  return `${value(kind, expected)} [${value(kind, lower)}, ${value(kind, upper)}]`;
}

/** What an arm has shown; that nothing was shown is no zero. */
export function came({ kind, shown, shownMeans }: Prediction, arm: 'candidate' | 'stable'): string {
  const mean = shownMeans?.[arm];
  if (mean !== undefined && mean.answers > 0) return `${value(kind, mean.mean)} of ${mean.answers}`;
  const counted = shown?.[arm];
  if (counted === undefined || counted.units === 0) return 'no data';
  return `${value(kind, counted.bad / counted.units)} (${counted.bad} of ${counted.units})`;
}
