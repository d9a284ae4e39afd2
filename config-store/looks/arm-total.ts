import type { FactCounts } from '../../domain/guardrail/answers/facts.ts';
import {
  horizons,
  noArmCounts,
  noHorizonCounts,
  type ArmCounts,
  type CallersWord,
  type Exposure,
  type Horizon,
  type HorizonCounts,
} from '../../domain/guardrail/arm-counts.ts';
import { noCallersWord } from '../../domain/guardrail/callers-word.ts';
import { guardrails } from '../../domain/guardrail/registry.ts';

/** What an arm came to under one version of the split, over all gateways. */
export interface ArmTotal {
  /** Sums of what the gateways counted; `bad` has only units without a subject. */
  readonly counts: ArmCounts;
  /** Subjects charged with a bad event, each once, by counter. */
  readonly charged: Record<string, Record<Horizon, number>>;
  /** What a guardrail's test sees: bad units, with a subject or without. Without the counters that nobody counted. */
  readonly judged: Record<string, HorizonCounts>;
}

interface ChargeTally {
  readonly guardrail: string;
  readonly horizon: Horizon;
  readonly count: number;
}

/** Of a counter whose units are one over all gateways. */
export interface UnitTally {
  readonly guardrail: string;
  readonly exposed: number;
  readonly bad: number;
}

/**
 * Adds up the cumulative counts of an arm over gateways, and puts the charged subjects beside them, and the units that they have together. Counters are known
 * by what is in the rows: those of gateways before or after this program as well.
 */
export function addArmCounts(
  rows: readonly ArmCounts[],
  charges: readonly ChargeTally[],
  units: readonly UnitTally[] = [],
): ArmTotal {
  const counts = rows.length === 0 ? countsOfNothing() : rows.reduce(plus, noArmCounts());
  // They are settled at the long horizon alone.
  for (const { guardrail, exposed, bad: badOnes } of units) {
    const { long } = (counts.guardrails[guardrail] ??= noHorizonCounts());
    long.exposed += exposed;
    long.bad += badOnes;
  }
  const charged: ArmTotal['charged'] = Object.fromEntries(
    Object.keys(counts.guardrails).map((counter) => [counter, { short: 0, long: 0 }]),
  );
  for (const { guardrail, horizon, count } of charges) {
    (charged[guardrail] ??= { short: 0, long: 0 })[horizon] += count;
  }
  const judged = Object.entries(counts.guardrails).map(([counter, counted]) => {
    const { short = 0, long = 0 } = charged[counter] ?? {};
    return [counter, addHorizons(counted, { short: bad(short), long: bad(long) })] as const;
  });
  return { counts, charged, judged: Object.fromEntries(judged) };
}

/** Without any request there is no counter that could have missed one. */
function countsOfNothing(): ArmCounts {
  const counters = guardrails.flatMap((guardrail) => guardrail.counters);
  return {
    ...noArmCounts(),
    guardrails: Object.fromEntries(counters.map((name) => [name, noHorizonCounts()])),
  };
}

function bad(count: number): Exposure {
  return { exposed: 0, bad: count };
}

function plus(a: ArmCounts, b: ArmCounts): ArmCounts {
  return {
    ...a,
    admitted: a.admitted + b.admitted,
    completed: a.completed + b.completed,
    failed: a.failed + b.failed,
    rescued: a.rescued + b.rescued,
    tokensIn: a.tokensIn + b.tokensIn,
    tokensOut: a.tokensOut + b.tokensOut,
    retrievalEmpty: a.retrievalEmpty + b.retrievalEmpty,
    retrievalError: a.retrievalError + b.retrievalError,
    latencyBuckets: addBuckets(a.latencyBuckets, b.latencyBuckets),
    latencySumMs: a.latencySumMs + b.latencySumMs,
    ...addSettled(a.settled, b.settled),
    ...addDrawn(a.drawn, b.drawn),
    ...addWord(a.callersWord, b.callersWord),
    ...addFacts(a.facts, b.facts),
    answerBuckets: addBuckets(a.answerBuckets ?? [], b.answerBuckets ?? []),
    tokensCached: (a.tokensCached ?? 0) + (b.tokensCached ?? 0),
    guardrails: addCounters(a.guardrails, b.guardrails),
  };
}

function addSettled(a: ArmCounts['settled'], b: ArmCounts['settled']): Pick<ArmCounts, 'settled'> {
  if (a === undefined) return b === undefined ? {} : { settled: b };
  return { settled: { short: a.short + (b?.short ?? 0), long: a.long + (b?.long ?? 0) } };
}

function addFacts(a: ArmCounts['facts'], b: ArmCounts['facts']): Pick<ArmCounts, 'facts'> {
  if (a === undefined) return b === undefined ? {} : { facts: b };
  if (b === undefined) return { facts: a };
  const sum = (what: keyof FactCounts) => a[what] + b[what];
  return {
    facts: {
      answers: sum('answers'),
      truncated: sum('truncated'),
      refused: sum('refused'),
      invalidFormat: sum('invalidFormat'),
    },
  };
}

function addDrawn(a: number | undefined, b: number | undefined): Pick<ArmCounts, 'drawn'> {
  return a === undefined && b === undefined ? {} : { drawn: (a ?? 0) + (b ?? 0) };
}

function addWord(a: CallersWord | undefined, b: CallersWord | undefined): Pick<ArmCounts, 'callersWord'> {
  if (a === undefined && b === undefined) return {};
  const [one, other] = [a ?? noCallersWord(), b ?? noCallersWord()];
  return {
    callersWord: {
      reported: one.reported + other.reported,
      retries: one.retries + other.retries,
      left: one.left + other.left,
      faults: one.faults + other.faults,
    },
  };
}

/** A gateway may leave out buckets above the last one that has a count. */
function addBuckets(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));
}

/** Into what is summed up, which nobody else has: of fifty gateways there are hundreds of rows with each look. */
function addCounters(into: ArmCounts['guardrails'], more: ArmCounts['guardrails']): ArmCounts['guardrails'] {
  for (const [name, counted] of Object.entries(more)) {
    const sum = (into[name] ??= noHorizonCounts());
    for (const horizon of horizons) {
      sum[horizon].exposed += counted[horizon].exposed;
      sum[horizon].bad += counted[horizon].bad;
    }
  }
  return into;
}

function addHorizons(a: HorizonCounts, b: HorizonCounts): HorizonCounts {
  const sum = noHorizonCounts();
  for (const horizon of horizons) {
    sum[horizon].exposed = a[horizon].exposed + b[horizon].exposed;
    sum[horizon].bad = a[horizon].bad + b[horizon].bad;
  }
  return sum;
}
