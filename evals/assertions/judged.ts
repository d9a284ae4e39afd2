import { SluiceError } from '../../domain/errors.ts';
import type { Assertion } from '../../domain/evaluation/suite.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { defaultJudge } from '../../domain/evaluation/judge.ts';
import type { Judging } from '../judges/judging.ts';
import { verdict, type Check } from './answer.ts';
import { textOf } from './text.ts';

/** As promptfoo has it where a suite says nothing. */
const usualSimilarity = 0.75;

/** Does the answer meet a criterion, as the operator's judge sees it? Throws where that gives no verdict. */
export function rubricCheck(
  { value = '', threshold, judge }: Assertion,
  judging: Judging | undefined,
): Check {
  const criterion = textOf(value);
  return async ({ output }, variables) => {
    const said = await required(judging).rubric({
      ...{ judge, criterion, threshold },
      request: requestText(variables),
      answer: output,
    });
    const by = { judge: judge ?? defaultJudge, ...(said.agreed === undefined ? {} : { again: said.agreed }) };
    const found = verdict(said.passed, `the judge says no: ${said.reason.slice(0, 500)}`);
    return { ...found, score: said.score, judged: by };
  };
}

/**
 * Is the answer no worse than the other arm's to the same, as the operator's judge sees it? It is asked in both orders:
 * where these disagree neither is better. Throws where there is nothing to compare with, or no verdict.
 */
export function selectBestCheck({ value = '', judge }: Assertion, judging: Judging | undefined): Check {
  const criterion = textOf(value);
  return async ({ output, other }, variables) => {
    if (other === undefined) {
      throw new SluiceError(
        'broken_measurement',
        'There is no other revision that the answer could be better than.',
      );
    }
    if (other.trim() === '') return { passed: true, score: 1 }; // It has no answer at all.
    const asked = { judge, criterion, request: requestText(variables), own: output, other };
    const { winner, reason, place } = await required(judging).better(asked);
    const found = verdict(
      winner !== 'other',
      `the judge finds the other answer better: ${reason.slice(0, 500)}`,
    );
    const scores = { own: 1, tie: 0.5, other: 0 };
    const by = { judge: judge ?? defaultJudge, ...(place === undefined ? {} : { place }) };
    return { ...found, score: scores[winner], judged: by };
  };
}

/** Is the answer near one of the texts, by the cosine of their vectors? Throws where there are none. */
export function similarCheck(
  { value = '', threshold = usualSimilarity }: Assertion,
  judging: Judging | undefined,
): Check {
  const wanted = (Array.isArray(value) ? (value as readonly JsonValue[]) : [value]).map(textOf);
  return async ({ output }) => {
    const [own, ...others] = await required(judging).embed([output, ...wanted]);
    if (own === undefined) throw new TypeError('Every text has a vector.');
    const score = Math.max(...others.map((other) => cosine(own, other)));
    const passed = score >= threshold;
    return {
      ...verdict(passed, `is similar by ${score.toFixed(2)}, below ${threshold}`),
      score: clamped(score),
    };
  };
}

/**
 * Cosine of the angle between two vectors, -1..1. Throws `broken_measurement` for a vector without a direction, or with
 * what is no number.
 */
function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, each, i) => sum + each * (y[i] ?? NaN), 0);
  const value = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  if (Number.isFinite(value)) return value;
  throw new SluiceError('broken_measurement', 'The vectors of an answer have no angle between them.');
}

/** The rounding of an angle's cosine is no score. */
function clamped(score: number): number {
  return Math.min(1, Math.max(0, score));
}

/** What the user said, and what goes along, as the judge reads it. */
function requestText({ message, messages, ...variables }: JsonObject): string {
  const said = typeof message === 'string' ? message : JSON.stringify(messages ?? message ?? '');
  return Object.keys(variables).length === 0 ? said : `${said}\n\n${JSON.stringify(variables)}`;
}

function required(judging: Judging | undefined): Judging {
  if (judging !== undefined) return judging;
  throw new SluiceError('broken_measurement', 'Nobody can be asked to judge here.');
}
