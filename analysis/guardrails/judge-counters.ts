import { averageEvidence } from '../numbers/average-evidence.ts';
import { createBadEventTest, type BadEventState, type LookCounts } from './bad-event-test.ts';
import { type SettledCounts, totalCounts } from './look-counts.ts';
import { createNoWorseTest, type NoWorseState } from './no-worse-test.ts';

export interface CounterLooks {
  /** Exposures of the candidate under a split version before it says anything. */
  readonly leastUnits?: number;
  /** What the tests know of the looks before these. */
  readonly from?: CounterState | undefined;
  /** All looks of the release (those since `from`), oldest first, settled at the short horizon ... */
  readonly short: readonly LookCounts[];
  /** ... and at the long one, when every request has ended. */
  readonly long: readonly LookCounts[];
}

/** What the tests of a counter know, as JSON; with it they go on as if they had not been left. */
export interface CounterState {
  readonly short: HorizonState;
  readonly long: HorizonState;
  /** Where no worse is to be shown. */
  readonly noWorse?: NoWorseState;
}

interface HorizonState {
  readonly test: BadEventState;
  /** The sums, for people. */
  readonly raw: SettledCounts;
}

/** Counts for people; a rate is null where nothing was exposed. */
export interface RawCounts extends SettledCounts {
  readonly candidateRate: number | null;
  readonly stableRate: number | null;
}

/** What the tests of some counters of the same requests say; the evidences of both horizons as natural logs. */
export interface CountersJudgement {
  readonly short: number;
  readonly long: number;
  /** Of the counter that shows it least. */
  readonly noWorse?: number;
  /** Of the counter with most evidence. */
  readonly raw: RawCounts;
  /** Of each counter, in their order. */
  readonly states: CounterState[];
}

/** What the candidate is allowed. */
interface CounterRule {
  readonly ratio: number;
  readonly floor: number;
  /** Where no worse is to be shown. */
  readonly tolerance?: number;
}

/** Judges what a guardrail is counted by, at least one: their evidences are averaged. */
export function judgeCounters(
  rule: CounterRule,
  looks: readonly CounterLooks[],
  totalHoldMs: number | undefined,
): CountersJudgement {
  const counters = looks.map((counter) => judgeCounter(rule, counter, totalHoldMs));
  const worst = counters.reduce((a, b) => (larger(b) > larger(a) ? b : a));
  const shown = counters.flatMap(({ noWorse }) => noWorse ?? []);
  return {
    short: averageEvidence(counters.map((each) => each.short)),
    long: averageEvidence(counters.map((each) => each.long)),
    ...(shown.length < counters.length ? {} : { noWorse: Math.min(...shown) }),
    raw: worst.raw,
    states: counters.map(({ state }) => state),
  };
}

interface CounterJudgement {
  readonly short: number;
  readonly long: number;
  readonly noWorse?: number;
  readonly raw: RawCounts;
  readonly state: CounterState;
}

function larger({ short, long }: CounterJudgement): number {
  return Math.max(short, long);
}

function judgeCounter(
  { ratio, floor, tolerance }: CounterRule,
  counter: CounterLooks,
  totalHoldMs: number | undefined,
): CounterJudgement {
  const { leastUnits = 0, from } = counter;
  const options = { ratio, floor, leastUnits, ...(totalHoldMs === undefined ? {} : { totalHoldMs }) };
  const judgeHorizon = (horizon: 'short' | 'long') => {
    const test = createBadEventTest(options, from?.[horizon].test);
    for (const look of counter[horizon]) test.observe(look);
    const raw = totalCounts([...(from === undefined ? [] : [from[horizon].raw]), ...counter[horizon]]);
    return { logE: test.logE(), state: { test: test.state(), raw } };
  };
  const [short, long] = [judgeHorizon('short'), judgeHorizon('long')];
  const shown = tolerance === undefined ? undefined : createNoWorseTest({ tolerance, floor }, from?.noWorse);
  for (const look of counter.long) shown?.observe(look);
  return {
    ...{ short: short.logE, long: long.logE },
    ...(shown === undefined ? {} : { noWorse: shown.logE() }),
    raw: withRates((long.logE > Math.max(0, short.logE) ? long : short).state.raw),
    state: {
      ...{ short: short.state, long: long.state },
      ...(shown === undefined ? {} : { noWorse: shown.state() }),
    },
  };
}

function withRates(counts: SettledCounts): RawCounts {
  return {
    ...counts,
    candidateRate: rate(counts.candidateBad, counts.candidateExposed),
    stableRate: rate(counts.stableBad, counts.stableExposed),
  };
}

function rate(bad: number, exposed: number): number | null {
  return exposed === 0 ? null : bad / exposed;
}
