import {
  noArmCounts,
  type ArmCounts,
  type Exposure,
  type GuardrailCounterName,
  type Horizon,
  type HorizonCounts,
} from '../domain/arm-counts.ts';

/** What an arm came to under one version of the split, over all gateways. */
export interface ArmTotal {
  /** Sums of what the gateways counted; `bad` has only units without a subject. */
  counts: ArmCounts;
  /** Subjects charged with a bad event, each once. */
  charged: Record<GuardrailCounterName, Record<Horizon, number>>;
  /** What a guardrail's test sees: bad units, with a subject or without. */
  judged: Record<GuardrailCounterName, HorizonCounts>;
}

interface ChargeTally {
  guardrail: GuardrailCounterName;
  horizon: Horizon;
  count: number;
}

/** Adds up the cumulative counts of an arm over gateways, and puts the charged subjects beside them. */
export function addArmCounts(counts: readonly ArmCounts[], charges: readonly ChargeTally[]): ArmTotal {
  const sum = counts.reduce(plus, noArmCounts());
  const charged = (guardrail: GuardrailCounterName, horizon: Horizon) =>
    charges
      .filter((charge) => charge.guardrail === guardrail && charge.horizon === horizon)
      .reduce((total, { count }) => total + count, 0);
  const of = (guardrail: GuardrailCounterName) => ({
    short: charged(guardrail, 'short'),
    long: charged(guardrail, 'long'),
  });
  const judged = (guardrail: GuardrailCounterName): HorizonCounts => {
    const { short, long } = sum.guardrails[guardrail];
    return {
      short: { exposed: short.exposed, bad: short.bad + charged(guardrail, 'short') },
      long: { exposed: long.exposed, bad: long.bad + charged(guardrail, 'long') },
    };
  };
  return {
    counts: sum,
    charged: { errors: of('errors'), latency: of('latency') },
    judged: { errors: judged('errors'), latency: judged('latency') },
  };
}

function plus(a: ArmCounts, b: ArmCounts): ArmCounts {
  return {
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
    guardrails: {
      errors: addHorizons(a.guardrails.errors, b.guardrails.errors),
      latency: addHorizons(a.guardrails.latency, b.guardrails.latency),
    },
  };
}

/** A gateway may leave out buckets above the last one that has a count. */
function addBuckets(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));
}

function addHorizons(a: HorizonCounts, b: HorizonCounts): HorizonCounts {
  const add = (x: Exposure, y: Exposure) => ({ exposed: x.exposed + y.exposed, bad: x.bad + y.bad });
  return { short: add(a.short, b.short), long: add(a.long, b.long) };
}
