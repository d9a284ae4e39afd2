import type { Assertion, AssertionKind, AssertionType } from '../../domain/evaluation/suite.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Judging, NamedPlace } from '../judges/judging.ts';

/** A model's answer, as assertions see it. */
export interface Answer {
  /** The text; where there is none but tool calls, these as JSON. */
  readonly output: string;
  /** Why the model stopped, in OpenAI's words (`stop`, `length`, `content_filter`, `tool_calls`); absent where not told. */
  readonly finishReason?: string;
  /** What the other arm answers to the same; absent where there is none, or no assertion asks. */
  readonly other?: string;
  /** From the request to the whole answer. */
  readonly latencyMs: number;
  /** Absent where the model has no price or the provider told no usage. */
  readonly costUsd?: number;
}

/** What an assertion found. `reason` says why it failed. */
export interface AssertionVerdict {
  readonly passed: boolean;
  /** 0..1, but for scores that a team's own code gives. */
  readonly score: number;
  /** The team's own code gave the score: turning the verdict around does not touch it, as in promptfoo. */
  readonly hasOwnScore?: true;
  readonly reason?: string;
  /** A judge gave it. */
  readonly judged?: JudgedBy;
}

/** What an answer was held against: the assertion's type, and the team's own name for what it measures. */
export interface AssertionName {
  readonly assertion: AssertionType;
  readonly metric?: string;
}

/** Who gave a verdict. */
export interface JudgedBy {
  /** Its name in the environment. */
  readonly judge: string;
  /** It was asked twice about the same answer: did it say the same? */
  readonly again?: boolean;
  /** It was asked of a pair in both orders: the place that it named both times. */
  readonly place?: NamedPlace;
}

/** Whom assertions ask that do not speak for themselves. */
export interface Asked {
  /** What has to run is asked there. */
  readonly sandbox: Sandbox;
  /** The operator's judges; undefined where nobody is asked of any answer. */
  readonly judging?: Judging | undefined;
}

/**
 * An assertion made ready: it cannot fail for being malformed any more. Throws where it cannot be judged, negated or not:
 * then nothing is known of the answer (invariant 26).
 */
export type Check = (answer: Answer, variables: JsonObject) => AssertionVerdict | Promise<AssertionVerdict>;

/** How each kind becomes a check, before `not-` turns it around. */
export type KindChecks = Readonly<Record<AssertionKind, (assertion: Assertion, asked: Asked) => Check>>;

export function verdict(passed: boolean, reason: string): AssertionVerdict {
  return passed ? { passed, score: 1 } : { passed, score: 0, reason };
}
