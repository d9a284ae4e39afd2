// Decision record 0062: how often the judge's own test takes back a candidate with the rate that `sluice plan fit` says it
// finds with a chance of 80 or 95 %.
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { findableRate, findingChances } from '../../analysis/plan-fit/step-power.ts';
import { runCanary } from './canary-traffic.ts';
import { createRandom } from './random.ts';

export interface FitCase {
  readonly weight: number;
  readonly requests: number;
  readonly base: number;
}

const cases: readonly FitCase[] = [50, 500, 5_000, 50_000].flatMap((requests) =>
  [0.05, 0.25, 0.5].flatMap((weight) => [0.001, 0.01, 0.1].map((base) => ({ weight, requests, base }))),
);
const rule = { ratio: 1.25, floor: 0.0005 };
const looks = 40;
/** alpha 5 %, one of four guardrails, two horizons. */
const logThreshold = Math.log((2 * 4) / 0.05);

/** The rate that is said to be found with a chance, and how often it is; undefined where nothing is. */
export function foundAt(
  { weight, requests, base }: FitCase,
  chance: keyof typeof findingChances,
  { runs, seed }: { readonly runs: number; readonly seed: number },
): { readonly rate: number; readonly found: number } | undefined {
  const seen = { candidate: requests * weight, stable: requests * (1 - weight) };
  const rate = findableRate(seen, { base, ...rule, logThreshold }, findingChances[chance]);
  if (rate === undefined) return undefined;
  const random = createRandom(seed);
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const alarm = runCanary({
      ...{ random, logThreshold, looks },
      test: createBadEventTest({ ...rule, totalHoldMs: 3 * looks }),
      plan: () => ({
        weight,
        requests: requests / looks,
        candidateRate: rate,
        stableRate: base,
        elapsedMs: 1,
      }),
    });
    if (alarm !== undefined) found += 1;
  }
  return { rate, found: found / runs };
}

function print(): void {
  for (const each of cases) {
    const said = (['80', '95'] as const).map((chance) => {
      const found = foundAt(each, chance, { runs: 300, seed: 20_261_130 });
      return found === undefined
        ? `${chance} %: nothing`
        : `${chance} %: ${(100 * found.rate).toPrecision(2)} % is found in ${(100 * found.found).toFixed(0)} %`;
    });
    console.log(
      `${each.requests} requests, w ${100 * each.weight} %, base ${100 * each.base} %: ${said.join('; ')}`,
    );
  }
}

if (import.meta.main) print();
