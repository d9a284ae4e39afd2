import { z } from 'zod';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Arm, Counting } from '../split/split.ts';
import type { FactCounts } from './answers/facts.ts';
import type { ArmCounts } from './arm-counts.ts';
import type { Foreseen, ForeseenAnswer, ForeseenBeside } from './foreseen.ts';
import type { AnswerNumbers, MeanRule } from './means/mean.ts';
import type { RequestCourse } from './request-course.ts';
import type { Quantity } from './means/value-buckets.ts';

/** What the candidate is allowed: a rate of bad events of at most `ratio` x stable's + `floor`. */
export interface BadEventRule {
  readonly ratio: number;
  readonly floor: number;
  /** With `confidence`: the rate must be shown to be below this times stable's (or the floor). */
  readonly tolerance: number;
}

/** What one counter of a guardrail sees of a request. */
export interface Observer {
  /**
   * What is one unit. `subject`: where there is one, it is charged with a bad event once for the whole release.
   * `subject-in-step`: its first request of a split version alone counts, chosen before its end is known. `request`: each.
   */
  readonly unit: 'subject' | 'subject-in-step' | 'request';
  /** Settled so long after the request's start, and not at the split's horizons; counted as the long one. */
  readonly settlesAfterMs?: number;
  /** The event that it waits for until then. */
  readonly hears?: string;
  /** What it looks at is known so late that the short horizon counts nothing of it. */
  readonly onlyLong?: true;
  /**
   * When the request became a bad event of its arm, in milliseconds after its start; Infinity where it has not,
   * undefined where nobody can tell, and the request is no unit of this counter.
   */
  badAfterMs(course: RequestCourse, arm: Arm): number | undefined;
}

/** Counters of both arms in a metric store. */
export interface MetricsQuestion {
  /** Of the environment's binding: where the store is, says the operator. */
  readonly source: string;
  readonly candidate: ArmQuestion;
  readonly stable: ArmQuestion;
  /** May it be that nothing bad ever happens? Where not, a constant 0 is no data; absent in plans of before, which did not ask. */
  readonly zeroExpected?: boolean | undefined;
}
export interface ArmQuestion {
  readonly bad: string;
  readonly exposed: string;
  /** Where they ask how many there are a second: the word in them that the time since the look before stands for. */
  readonly window?: string;
}

/** What people read of a guardrail. */
export interface GuardrailWords {
  /** In a sentence before "worse than stable". */
  readonly subject: string;
  /** One sentence: which requests are bad. */
  readonly bad: string;
  /** Of a guardrail that holds: until when. */
  readonly holds?: string;
}

/** A guardrail's settings as a plan has them. */
export type GuardrailSettings = JsonObject | 'off';

/** A measured quantity with a margin: all that the house knows of it, by how it is judged. registry.ts has them all. */
export type Guardrail = BadEventGuardrail | MeanGuardrail;

/** What all guardrails have, however they are judged. */
export interface GuardrailBase {
  /** Its kind in plans, and the name that its entry in a plan, its looks, counters and status have by themselves. */
  readonly name: string;
  /** The fields of its settings in a plan's file, with what holds where the file says nothing. */
  readonly planFields: Readonly<Record<string, z.ZodType<JsonValue>>>;
  /** May a plan leave it unjudged? */
  readonly canBeOff?: true;
  /** A plan judges it only where it names it. */
  readonly offByDefault?: true;
  /** No plan has it by itself: each entry says what it is about, under a name of its own. */
  readonly onlyNamed?: true;
  /** The policy that Sluice ships demands it of every plan. */
  readonly demanded?: true;
  /** Its weight of alpha under the kind's own name, where a plan says nothing and it is more than 1. */
  readonly shareByItself?: number;
  /** Its bad events may be such as must never happen. */
  readonly canHaveZeroTolerance?: true;
  /** It may be judged by segments of the requests as well as on the whole. */
  readonly canHaveSegments?: true;
  /** Of one that may not: why, and what can be done instead. */
  readonly noSegments?: string;
  readonly words: GuardrailWords;
  /** What an alarm does: take the candidate back, or hold the step for as long as it lasts. */
  readonly onAlarm: 'take-back' | 'hold';
  /** What callers ask decides it as well: a long answer is a slow one, of whatever revision. */
  readonly callersDecide?: boolean;
  /** The names that gateways count it under: their evidences are averaged. */
  readonly counters: readonly string[];
  /** Units of the candidate that a counter must have under a split version before it says anything; 2 where not named. */
  readonly leastUnits?: Readonly<Record<string, number>>;
  /** What gateways must know to count it: goes into the split's `counting` when a version begins. */
  counting(settings: JsonObject, baseline: Baseline): JsonObject;
  /** The latest time after a request's start at which it may turn bad by this guardrail's own bound; 0 where it has none. */
  readonly boundMs?: (settings: JsonObject) => number;
  /** What is asked of a metric store with each look, where gateways count nothing of it. */
  readonly asks?: (settings: JsonObject) => MetricsQuestion;
  /** How long after a request's start it alone is settled, where that is not at the horizons of the plan. */
  readonly settlesAfterMs?: (settings: JsonObject) => number;
  /** What is observed of each request, by counter; no entry where the split does not say how. */
  observers(counting: Counting): Readonly<Record<string, Observer>>;
  /**
   * Why what is counted does not decide at a look: then the look adds nothing to the evidence. Undefined where it does.
   * Never by what was good or bad.
   */
  readonly dryRun?: (facts: DryRunFacts) => string | undefined;
  /** From where on a request is bad, in numbers that a split version has fixed: for people. */
  readonly bounds?: (counting: Counting) => string | undefined;
  /** Of an answer in the staging mirror; absent where the mirror has its own rule, or none. */
  readonly replayedBad?: (answer: ReplayedAnswer) => boolean;
}

/** A guardrail that is judged by how often something bad happens. */
export interface BadEventGuardrail extends GuardrailBase {
  readonly kind: 'bad-event';
  /** How a mirror foresees what it will show; absent where a mirror sees nothing of it. */
  readonly foreseen?: Foreseen;
  /** Of one with several counters. */
  readonly foreseenBeside?: ForeseenBeside;
  /** What the judge goes by, from settings as they are stored: nothing that they lack is made up. */
  rule(settings: JsonObject): BadEventRule;
}

/** A guardrail that is judged by the mean of a number of each answer (docs/decisions/0063). */
export interface MeanGuardrail extends GuardrailBase {
  readonly kind: 'mean';
  /** Less of it is what a plan with `goal: cheaper` is for. */
  readonly isSaved?: true;
  /** What the judge goes by, from settings as they are stored. */
  rule(settings: JsonObject): MeanRule;
  /** How many digits and which unit people read. */
  readonly shown: (value: number) => string;
  /** What an answer lacks of which the number is not known. */
  readonly lacking: string;
  /** The number of an answer that gateways observe; absent where others do. Undefined where it is not known. */
  readonly numberOf?: (answer: AnswerNumbers) => number | undefined;
  /** The number of an answer that a mirror knows. Undefined where nobody can tell. */
  readonly foreseen: (answer: ForeseenAnswer, settings: JsonObject) => number | undefined;
}

/** What was recorded before a step begins. */
export interface Baseline {
  /** How long stable's answers took, in the buckets of latency-buckets.ts. */
  readonly stableAnswerBuckets: readonly number[];
  /** What its answers took, in the buckets of value-buckets.ts, as far as somebody asks for it. */
  readonly stableValueBuckets?: Readonly<Partial<Record<Quantity, readonly number[]>>>;
  /** What its whole answers were; absent where nobody has counted that. */
  readonly stableFacts?: FactCounts | undefined;
}

/** What is known at a look of the present split version. */
export interface DryRunFacts {
  readonly counting: Counting;
  readonly candidate: ArmFacts;
  readonly stable: ArmFacts;
  /** Its units that are settled at the long horizon, by the counters of the kind. */
  readonly candidateUnits: Readonly<Record<string, number>>;
  /** Time on the step's hold clock. */
  readonly heldMs: number;
}
type ArmFacts = Pick<ArmCounts, 'admitted' | 'tokensIn' | 'tokensCached'>;

/** What the mirror knows of an answer besides its content. */
export interface ReplayedAnswer {
  /** How many targets of the chain there were up to the one that answered, those that were left alone included. */
  readonly attempts: number;
}

type Definition<Settings extends BadEventRule> = Pick<
  BadEventGuardrail,
  | 'name'
  | 'planFields'
  | 'canBeOff'
  | 'onlyNamed'
  | 'demanded'
  | 'shareByItself'
  | 'canHaveZeroTolerance'
  | 'canHaveSegments'
  | 'noSegments'
  | 'words'
  | 'observers'
  | 'dryRun'
  | 'leastUnits'
  | 'replayedBad'
  | 'foreseen'
> & {
  readonly onAlarm?: BadEventGuardrail['onAlarm'];
  readonly callersDecide?: boolean;
  /** Settings as they are stored: without defaults. */
  readonly settings: z.ZodType<Settings>;
  readonly counting?: (settings: Settings, baseline: Baseline) => JsonObject;
  readonly boundMs?: (settings: Settings) => number;
  readonly settlesAfterMs?: (settings: Settings) => number;
  readonly asks?: (settings: Settings) => MetricsQuestion;
};

/** A guardrail whose one counter has its own name. */
export function badEventGuardrail<Settings extends BadEventRule>({
  settings: schema,
  counting,
  boundMs,
  settlesAfterMs,
  asks,
  ...rest
}: Definition<Settings>): BadEventGuardrail {
  return {
    onAlarm: 'take-back',
    ...rest,
    kind: 'bad-event',
    counters: [rest.name],
    rule: (settings) => schema.parse(settings),
    counting: (settings, baseline) => counting?.(schema.parse(settings), baseline) ?? {},
    boundMs: (settings) => boundMs?.(schema.parse(settings)) ?? 0,
    ...(asks === undefined ? {} : { asks: (settings: JsonObject) => asks(schema.parse(settings)) }),
    ...(settlesAfterMs === undefined
      ? {}
      : { settlesAfterMs: (settings: JsonObject) => settlesAfterMs(schema.parse(settings)) }),
  };
}

/** The fields that every bad-event guardrail has, as they are stored: plans of before had other bounds. */
export const ruleFields = { ratio: z.number(), floor: z.number(), tolerance: z.number() };

/** The same as a plan's file may have them: what the judge takes, and what leaves a candidate that can be taken back. */
export const planRuleFields = {
  ratio: z.number().min(1).max(20),
  floor: z.number().min(0).max(0.5),
  tolerance: z.number().min(1).max(20),
};
