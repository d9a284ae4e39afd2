import type { SettledCounts } from '../../../analysis/guardrails/look-counts.ts';
import { horizons, type Horizon } from '../../../domain/guardrail/arm-counts.ts';
import type { Arm } from '../../../domain/split/split.ts';
import type { Random } from '../random.ts';
import type { VersionCount } from './judged-release.ts';
import type { Period, Traffic } from './play-release.ts';

/** Rates of bad events of one counter. */
export interface CounterRate {
  readonly name: string;
  /** It says nothing at the short horizon. */
  readonly onlyLong?: boolean;
  readonly rate: (arm: Arm, period: Period) => number;
}

const settledAfterMs: Readonly<Record<Horizon, number>> = { short: 5_000, long: 60_000 };

/** What started in one period. */
interface Started {
  readonly atMs: number;
  readonly splitVersion: number;
  readonly candidateExposed: number;
  readonly stableExposed: number;
  /** By counter, in their order. */
  readonly bad: readonly { readonly candidate: number; readonly stable: number }[];
}

type Sums = { -readonly [Count in keyof SettledCounts]: number };

/** Requests that are independent of one another, settled at both horizons as gateways settle them. */
export function createCountedTraffic(
  random: Random,
  { perSecond, counters }: { readonly perSecond: number; readonly counters: readonly CounterRate[] },
): Traffic {
  const started: Started[] = [];
  const settledUpTo: Record<Horizon, number> = { short: 0, long: 0 };
  const exposed = new Map<number, number>();
  let candidateRequests = 0;
  let nowMs = 0;

  /** What has come to a horizon since it was asked last, by version. */
  const settle = (horizon: Horizon): Map<number, Sums[]> => {
    const sums = new Map<number, Sums[]>();
    for (let next = started[settledUpTo[horizon]]; next !== undefined; next = started[settledUpTo[horizon]]) {
      if (next.atMs + settledAfterMs[horizon] > nowMs) break;
      settledUpTo[horizon] += 1;
      const of = sums.get(next.splitVersion) ?? counters.map(noSums);
      sums.set(next.splitVersion, of);
      for (const [i, sum] of of.entries()) add(sum, next, i);
    }
    return sums;
  };
  return {
    pass(period) {
      const { fromMs, toMs, splitVersion, weight } = period;
      nowMs = toMs;
      const requests = arrivals(random, (perSecond * (toMs - fromMs)) / 1_000);
      const candidateExposed = random.binomial(requests, weight);
      const stableExposed = requests - candidateExposed;
      candidateRequests += candidateExposed;
      exposed.set(splitVersion, (exposed.get(splitVersion) ?? 0) + candidateExposed);
      if (requests === 0) return;
      const bad = counters.map(({ rate }) => ({
        candidate: random.binomial(candidateExposed, rate('candidate', period)),
        stable: random.binomial(stableExposed, rate('stable', period)),
      }));
      started.push({ atMs: toMs, splitVersion, candidateExposed, stableExposed, bad });
    },
    exposed: (splitVersion) => exposed.get(splitVersion) ?? 0,
    candidateRequests: () => candidateRequests,
    found() {
      const [short, long] = horizons.map(settle);
      const rowsOf = (sums: Map<number, Sums[]> | undefined, i: number): VersionCount[] =>
        [...(sums ?? [])].flatMap(([splitVersion, of]) => {
          const sum = of[i];
          return sum === undefined ? [] : [{ splitVersion, ...sum }];
        });
      return {
        counts: Object.fromEntries(
          counters.map(({ name, onlyLong }, i) => [
            name,
            { short: onlyLong === true ? [] : rowsOf(short, i), long: rowsOf(long, i) },
          ]),
        ),
      };
    },
  };
}

/** Where there is less than one in a period, by a coin. */
function arrivals({ uniform }: Random, mean: number): number {
  return Math.floor(mean) + Number(uniform() < mean - Math.floor(mean));
}

function noSums(): Sums {
  return { candidateExposed: 0, candidateBad: 0, stableExposed: 0, stableBad: 0 };
}

function add(sum: Sums, { candidateExposed, stableExposed, bad }: Started, counter: number): void {
  sum.candidateExposed += candidateExposed;
  sum.stableExposed += stableExposed;
  sum.candidateBad += bad[counter]?.candidate ?? 0;
  sum.stableBad += bad[counter]?.stable ?? 0;
}
