// Decision record 0070: what the plan of a file that says nothing finds, judged as the product judges it: all its guardrails with
// their shares, both horizons, floors, mass at the steps' starts, looks as often as a worker takes them. 5, 25 and 95 %
// (30, 30, 60 min) at 20 requests a second; errors five times as many from a step's start on; candidate requests from there.
// Usage: node bench/analysis/default-plan.ts [runs] [share of errors]
import { planSchema } from '../../domain/release/plan.ts';
import { createRandom, quantile, type Random } from './random.ts';
import { createCountedTraffic, type CounterRate } from './release/counted-traffic.ts';
import { playRelease } from './release/play-release.ts';

/** Stable's rate of bad events by counter, and the candidate's at equal quality: of slowdown's it is lower. */
const equal: Readonly<Record<string, readonly [stable: number, candidate: number, onlyLong?: true]>> = {
  errors: [0.01, 0.01],
  latency: [0.01, 0.01],
  // Log times with sd 0.6, edges at stable's quantiles and 1.5625 times these.
  'slowdown/p50': [0.5, 0.229],
  'slowdown/p90': [0.1, 0.0214],
  'slowdown/p95': [0.05, 0.0084],
  'slowdown/p99': [0.01, 0.0011],
  failovers: [0.005, 0.005],
  truncated: [0.02, 0.02, true],
  refused: [0.005, 0.005, true],
  'invalid-format': [0.001, 0.001, true],
};

export interface Regression {
  /** How many times as many errors. */
  readonly times: number;
  /** From the start of which step of the plan, from 0. */
  readonly step: number;
}

const ordinary = planSchema.parse({});

/** Candidate requests from the regression's start until the release is taken back; Infinity where it never is. */
export function requestsToFind(random: Random, { times, step }: Regression, plan = ordinary): number {
  const counters = Object.entries(equal).map(([name, [stable, candidate, onlyLong]]): CounterRate => {
    const rate: CounterRate['rate'] = (arm, period) => {
      if (arm === 'stable') return stable;
      return name === 'errors' && period.step >= step ? Math.min(1, candidate * times) : candidate;
    };
    return { name, rate, ...(onlyLong ? { onlyLong } : {}) };
  });
  const traffic = createCountedTraffic(random, { perSecond: 20, counters });
  let before = 0;
  const played = playRelease(plan, {
    ...traffic,
    pass(period) {
      if (period.step < step) before = -1;
      else if (before === -1) before = traffic.candidateRequests();
      traffic.pass(period);
    },
  });
  if (played.takenBackBy === undefined || played.step < step) return Infinity;
  return played.candidateRequests - Math.max(0, before);
}

function print(runs: number, share: number | undefined): void {
  const plan = share === undefined ? ordinary : planSchema.parse({ guardrails: { errors: { share } } });
  for (const regression of [
    { times: 5, step: 0 },
    { times: 5, step: 1 },
    { times: 20, step: 1 },
    { times: 5, step: 2 },
    { times: 100, step: 0 },
  ]) {
    const random = createRandom(83);
    const found = Array.from({ length: runs }, () => requestsToFind(random, regression, plan));
    const [median, most] = [quantile(found, 0.5), quantile(found, 0.95)];
    const taken = found.filter(Number.isFinite).length;
    console.log(
      `x${regression.times} from step ${regression.step + 1}: median ${median}, 95 % ${most} (${taken} of ${runs} found)`,
    );
  }
}

if (import.meta.main)
  print(Number(process.argv[2] ?? 400), process.argv[3] ? Number(process.argv[3]) : undefined);
