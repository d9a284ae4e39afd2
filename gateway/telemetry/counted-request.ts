import type { AnswerFacts, FactCounts } from '../../domain/guardrail/answers/facts.ts';
import { addReason, type Reason } from '../../domain/guardrail/answers/reasons.ts';
import type { ArmCounts, CallersWord } from '../../domain/guardrail/arm-counts.ts';
import { noCallersWord } from '../../domain/guardrail/callers-word.ts';
import { latencyBucketOf } from '../../domain/guardrail/latency-buckets.ts';
import type { AnswerNumbers } from '../../domain/guardrail/means/mean.ts';
import type { RequestCourse, RequestEnding } from '../../domain/guardrail/request-course.ts';
import { valueBucketOf, type Quantity } from '../../domain/guardrail/means/value-buckets.ts';
import { costUsd, type Price } from '../../domain/price.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Clock } from '../clock.ts';
import type { Observe } from './observations.ts';

/** A request while it is being counted. Every method may be called once it is known; later endings are ignored. */
export interface CountedRequest {
  /** There is content, by the target that `attempts` ended with or, where it was rescued, by stable's. */
  markAnswered(answer: { readonly failedOver: boolean }): void;
  /** The arm that admitted the request failed it, now or at `atMs`; stable may still answer. */
  markFailed(atMs?: number): void;
  markRescued(): void;
  markRetrieval(outcome: 'empty' | 'error'): void;
  /** Before `end`: what the whole answer was, or that a filter let none through. */
  markFacts(facts: AnswerFacts): void;
  /** Before `end`: what its own calls failed by, where it failed, was rescued or came from a later target. */
  markReasons(reasons: readonly Reason[]): void;
  /** `price`: of the target that answered, where it is known. */
  end(ending: RequestEnding, usage?: Usage, price?: Price): void;
}

/** A request that belongs to none of the counts: pinned, repeated, or on a revision that has left the split. */
export const uncounted: CountedRequest = {
  markAnswered: () => undefined,
  markFailed: () => undefined,
  markRescued: () => undefined,
  markRetrieval: () => undefined,
  markFacts: () => undefined,
  markReasons: () => undefined,
  end: () => undefined,
};

/** Follows a request from its admission on, and counts what becomes of it. */
export function followCourse({
  course,
  startedMs,
  clock,
  touch,
  observe,
  onOver,
}: {
  readonly course: RequestCourse;
  /** Monotonic. */
  readonly startedMs: number;
  readonly clock: Clock;
  /** Gives the counts of its arm to be changed. */
  readonly touch: () => ArmCounts;
  readonly observe: Observe | undefined;
  /** Called once its course is over, and where anything is noted of it afterwards. */
  readonly onOver?: (() => void) | undefined;
}): CountedRequest {
  const markFailed = (atMs = clock.nowMs()): void => {
    if (course.failedAfterMs !== undefined) return;
    course.failedAfterMs = atMs - startedMs;
    touch().failed += 1;
    if (course.ended !== undefined) onOver?.();
  };
  return {
    markAnswered({ failedOver }) {
      course.answered ??= { afterMs: clock.nowMs() - startedMs, failedOver };
      if (course.ended !== undefined) onOver?.();
    },
    markFailed,
    markRescued: () => {
      touch().rescued += 1;
    },
    markRetrieval: (outcome) => {
      addRetrieval(touch(), outcome);
    },
    markFacts(facts) {
      if (course.ended === undefined) course.facts ??= facts;
    },
    markReasons(reasons) {
      if (course.ended !== undefined) return;
      const counts = (touch().reasons ??= {});
      for (const reason of reasons) addReason(counts, reason);
    },
    end(ending, usage, price) {
      if (course.ended !== undefined) return;
      const atMs = clock.nowMs();
      const latencyMs = atMs - startedMs;
      course.ended = { afterMs: latencyMs, ending, usage };
      noteEnding(touch, ending);
      if (ending === 'completed') {
        const rescued = course.failedAfterMs !== undefined;
        const numbers = numbersOf(usage, price);
        // What stable has answered in its place says nothing of the arm.
        if (!rescued) observe?.(numbers);
        const answer = { latencyMs, answeredMs: course.answered?.afterMs, rescued };
        addCompleted(touch(), rescued || course.reported === true ? answer : { ...answer, numbers }, usage);
      }
      if (ending === 'failed') markFailed(atMs);
      if (course.failedAfterMs === undefined && course.facts !== undefined) addFacts(touch(), course.facts);
      onOver?.();
    },
  };
}

function addRetrieval(counts: ArmCounts, outcome: 'empty' | 'error'): void {
  if (outcome === 'empty') counts.retrievalEmpty += 1;
  else counts.retrievalError += 1;
}

/** Adds what an arm's own answer was. */
function addFacts(counts: ArmCounts, { truncated, refused, invalidFormat }: AnswerFacts): void {
  const before = counts.facts ?? noFacts;
  counts.facts = {
    answers: before.answers + 1,
    truncated: before.truncated + Number(truncated),
    refused: before.refused + Number(refused),
    invalidFormat: before.invalidFormat + Number(invalidFormat),
  };
}
const noFacts: FactCounts = { answers: 0, truncated: 0, refused: 0, invalidFormat: 0 };

function numbersOf(usage: Usage | undefined, price: Price | undefined): AnswerNumbers {
  return {
    tokens: usage === undefined ? undefined : usage.inputTokens + usage.outputTokens,
    costUsd: usage === undefined || price === undefined ? undefined : costUsd(price, usage),
  };
}
function noteEnding(touch: () => ArmCounts, ending: RequestEnding): void {
  if (ending === 'left-unanswered') note(touch, 'left');
  if (ending === 'caller-fault') note(touch, 'faults');
}

/** Counts what is known by a caller's word alone. */
export function note(touch: () => ArmCounts, kind: keyof CallersWord): void {
  const counts = touch();
  const word = counts.callersWord ?? noCallersWord();
  counts.callersWord = { ...word, [kind]: word[kind] + 1 };
}

/**
 * Adds a request that was answered whole; `answeredMs` is the time until its first content. How long an answer took that
 * the other arm gave in its place says nothing of this one.
 */
export function addCompleted(
  counts: ArmCounts,
  {
    latencyMs,
    answeredMs = latencyMs,
    rescued = false,
    numbers,
  }: {
    readonly latencyMs: number;
    readonly answeredMs?: number | undefined;
    readonly rescued?: boolean;
    /** Of the arm's own answer, seen by the gateway. */
    readonly numbers?: AnswerNumbers;
  },
  usage: Usage | undefined,
): void {
  counts.completed += 1;
  counts.tokensIn += usage?.inputTokens ?? 0;
  counts.tokensOut += usage?.outputTokens ?? 0;
  counts.tokensCached = (counts.tokensCached ?? 0) + (usage?.cachedInputTokens ?? 0);
  counts.latencySumMs += latencyMs;
  const answerBuckets = (counts.answerBuckets ??= []);
  if (!rescued) addToBucket(answerBuckets, latencyBucketOf(answeredMs));
  addToBucket(counts.latencyBuckets, latencyBucketOf(latencyMs));
  addValue(counts, 'tokens', numbers?.tokens);
  addValue(counts, 'cost', numbers?.costUsd);
}

function addValue(counts: ArmCounts, quantity: Quantity, value: number | undefined): void {
  if (value === undefined) return;
  const own = ((counts.valueBuckets ??= {})[quantity] ??= []);
  addToBucket(own, valueBucketOf(quantity, value));
}

/** Buckets below it are filled up: a hole in an array would be written as null. */
function addToBucket(buckets: number[], bucket: number): void {
  while (buckets.length <= bucket) buckets.push(0);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}
