import { z } from 'zod';
import { latencyBucketEdgesMs } from './latency-buckets.ts';
import type { JsonObject } from '../json.ts';
import type { ForeseenAnswer, ForeseenCounter, StableRecord } from './foreseen.ts';
import type { Arm, Counting } from '../split/split.ts';
import {
  planRuleFields,
  ruleFields,
  type Baseline,
  type DryRunFacts,
  type Guardrail,
  type Observer,
} from './guardrail.ts';
import { saysNothing, type RequestCourse } from './request-course.ts';

const name = 'slowdown';
/** The quantiles of stable's answer times beside which the candidate is held. */
const quantiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
type Quantile = keyof typeof quantiles;
const quantileNames = Object.keys(quantiles) as Quantile[];
/** Fewer answers of stable say too little about its p99. */
const leastAnswers = 500;
/** Above this rate of bad events subjects that return count once in a step, by a request chosen before its end is known. */
const highBaseRate = 0.1;
/** Fewer candidate subjects than this cannot be told from the revisions at such a rate. */
const leastSubjects = 20;
/** A provider's prompt cache lives about this long: rarer requests find it cold, whatever the revision. */
const cacheLifeMs = 5 * 60_000;
/** A larger difference of the shares of cached input tokens says more about the cache than about the revision. */
const mostCachedDifference = 0.2;

const fields = { ...ruleFields, times: z.number().min(1).max(10) };
const settings = z.object(fields);

const edgeSchema = z.object({
  stableMs: z.number(),
  candidateMs: z.number(),
  oncePerStep: z.boolean(),
});
const parametersSchema = z.object({
  /** Answers of stable that were recorded before the step. */
  answers: z.number(),
  /** By quantile, known here or not; none where the answers are too few. */
  edges: z.record(z.string(), edgeSchema),
});
type Parameters = z.infer<typeof parametersSchema>;

/**
 * Slower than stable has been: for stable an answer is bad above the bucket edge next above a quantile of its own
 * recorded times, for the candidate above `times` that edge, which is a real number of milliseconds. So at equal speed
 * the candidate has fewer bad answers than stable. The edges are fixed when a step's split version begins.
 */
export const slowdown: Guardrail = {
  name,
  kind: 'bad-event',
  planFields: {
    ratio: planRuleFields.ratio.default(1),
    floor: planRuleFields.floor.default(0.005),
    tolerance: planRuleFields.tolerance.default(2),
    times: fields.times.default(1.25 ** 2),
  },
  canBeOff: true,
  demanded: true,
  canHaveSegments: true,
  words: {
    subject: 'latency relative to stable',
    bad: 'Answers whose first content (without a stream: all of it) took more than `times` what stable took before the step, at its p50, p90, p95 and p99; `off` leaves them unjudged.',
  },
  onAlarm: 'take-back',
  callersDecide: true,
  counters: quantileNames.map(counterOf),
  leastUnits: { [counterOf('p50')]: leastSubjects },
  rule: (stored) => settings.parse(stored),
  counting: (stored, baseline) => ({ [name]: parametersOf(settings.parse(stored).times, baseline) }),
  observers(counting) {
    const { edges = {} } = parametersIn(counting) ?? {};
    return Object.fromEntries(
      quantileNames.flatMap((quantile) => {
        const edge = edges[quantile];
        return edge === undefined ? [] : [[counterOf(quantile), observerOf(edge)] as const];
      }),
    );
  },
  dryRun,
  bounds: boundsIn,
  foreseenBeside,
};

function counterOf(quantile: Quantile): string {
  return `${name}/${quantile}`;
}

function parametersIn(counting: Readonly<Record<string, unknown>>): Parameters | undefined {
  return parametersSchema.safeParse(counting[name]).data;
}

function parametersOf(times: number, { stableAnswerBuckets: buckets }: Baseline): Parameters {
  const answers = sum(buckets);
  if (answers < leastAnswers) return { answers, edges: {} };
  const edges = quantileNames.flatMap((quantile) => {
    const bucket = buckets.findIndex((_, i) => sum(buckets.slice(0, i + 1)) >= quantiles[quantile] * answers);
    const stableMs = latencyBucketEdgesMs[bucket];
    if (stableMs === undefined) return []; // Above all edges nothing is slower.
    const baseRate = 1 - sum(buckets.slice(0, bucket + 1)) / answers;
    const edge = { stableMs, candidateMs: times * stableMs, oncePerStep: baseRate > highBaseRate };
    return [[quantile, edge] as const];
  });
  return { answers, edges: Object.fromEntries(edges) };
}

function observerOf({ stableMs, candidateMs, oncePerStep }: z.infer<typeof edgeSchema>): Observer {
  const edgeMs: Record<Arm, number> = { stable: stableMs, candidate: candidateMs };
  return {
    unit: oncePerStep ? 'subject-in-step' : 'subject',
    badAfterMs: (course, arm) => slowAfterMs(course, edgeMs[arm]),
  };
}

/**
 * Slow from the moment on that the edge passes without an answer; who left before it keeps that from being known. What its
 * arm has failed was over then: the time that stable took in its place is not the candidate's.
 */
function slowAfterMs(course: RequestCourse, edgeMs: number): number | undefined {
  const { answered, failedAfterMs = Infinity, ended } = course;
  const answeredMs = answered?.afterMs ?? ended?.afterMs ?? Infinity;
  if (Math.min(answeredMs, failedAfterMs) > edgeMs) return edgeMs;
  return answered === undefined && saysNothing(course) ? undefined : Infinity;
}

/** `slow above, stable/candidate: p50 250/391 ms, p90 …`. */
function boundsIn(counting: Counting): string | undefined {
  const { edges = {} } = parametersIn(counting) ?? {};
  const each = quantileNames.flatMap((quantile) => {
    const edge = edges[quantile];
    return edge === undefined
      ? []
      : [`${quantile} ${Math.round(edge.stableMs)}/${Math.round(edge.candidateMs)} ms`];
  });
  return each.length === 0 ? undefined : `slow above, stable/candidate: ${each.join(', ')}`;
}

function dryRun({ counting, candidate, stable, heldMs }: DryRunFacts): string | undefined {
  const { answers = 0, edges = {} } = parametersIn(counting) ?? {};
  if (Object.keys(edges).length === 0) {
    return `dry run: ${answers} of ${leastAnswers} answers of stable recorded before this step`;
  }
  if (heldMs > cacheLifeMs * Math.max(1, candidate.admitted)) {
    return `dry run: the candidate's requests are further apart than a prompt cache lives (${cacheLifeMs / 60_000} min)`;
  }
  const difference = Math.abs(cachedShare(candidate) - cachedShare(stable));
  if (difference <= mostCachedDifference) return undefined;
  return `dry run: the arms' shares of cached input differ by ${Math.round(100 * difference)} points`;
}

/** 0 where nothing is known of the input. */
function cachedShare({ tokensIn, tokensCached = 0 }: DryRunFacts['candidate']): number {
  return tokensIn === 0 ? 0 : tokensCached / tokensIn;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/**
 * What is slow in production says stable's record; in staging, where times are others, that share of stable's own answers
 * is. So much of the candidate's are slow as take more than `times` as long.
 */
function foreseenBeside(
  stable: readonly ForeseenAnswer[],
  { answerBuckets = [] }: StableRecord,
  stored: JsonObject,
): ForeseenCounter[] {
  const { times } = settings.parse(stored);
  const tookMs = stable.flatMap(({ latencyMs }) => latencyMs ?? []).sort((a, b) => a - b);
  const { answers, edges } = parametersOf(times, { stableAnswerBuckets: answerBuckets });
  return quantileNames.flatMap((quantile) => {
    const edge = edges[quantile];
    if (edge === undefined || tookMs.length === 0) return [];
    const slower = answerBuckets.slice(latencyBucketEdgesMs.indexOf(edge.stableMs) + 1);
    const base = { bad: sum(slower), units: answers };
    const edgeMs =
      tookMs[Math.min(tookMs.length - 1, Math.floor((1 - base.bad / answers) * tookMs.length))] ?? 0;
    const bad: ForeseenCounter['bad'] = ({ latencyMs }, arm) =>
      latencyMs === undefined ? undefined : latencyMs > (arm === 'candidate' ? times * edgeMs : edgeMs);
    return [{ counter: counterOf(quantile), bad, base }];
  });
}
