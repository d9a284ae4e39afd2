import { z } from 'zod';
import type { JsonObject } from '../../json.ts';
import type { Counting } from '../../split/split.ts';
import {
  badEventGuardrail,
  planRuleFields,
  ruleFields,
  type Baseline,
  type DryRunFacts,
  type Guardrail,
  type GuardrailWords,
} from '../guardrail.ts';
import type { RequestCourse } from '../request-course.ts';
import type { ForeseenAnswer } from '../foreseen.ts';
import type { AnswerFacts } from './facts.ts';

/** Above this rate of bad events a subject's first request of a step alone counts. */
const highBaseRate = 0.1;
/** Fewer candidate subjects than this cannot be told from the revisions at such a rate. */
const leastSubjects = 20;
/** Fewer answers say too little of stable's rate. */
const leastAnswers = 50;

/** A worker of before has begun the step: that is nobody's fault, and holds nothing. */
export const notAsked = 'dry run: when this step began nobody asked gateways to count it';

const settings = z.object(ruleFields);
const parametersSchema = z.object({ oncePerStep: z.boolean() });

/** As a gateway sees them: what a filter cut off is refused. */
const foreseenFacts: Readonly<Record<keyof AnswerFacts, (answer: ForeseenAnswer) => boolean>> = {
  truncated: ({ cut, refused }) => cut && !refused,
  refused: ({ refused }) => refused,
  invalidFormat: ({ invalidFormat, refused }) => invalidFormat === true && !refused,
};

interface Definition {
  readonly name: string;
  readonly fact: keyof AnswerFacts;
  readonly words: GuardrailWords;
}

/**
 * A guardrail on one fact of whole answers. It is known with an answer's end alone, so that the short horizon would show
 * those of the faster arm first: what is settled at the long one counts. A request that the arm has failed is none of
 * its answers, though stable has given one in its place.
 */
export function answerFactGuardrail({ name, fact, words }: Definition): Guardrail {
  const parametersIn = (counting: Counting) => parametersSchema.safeParse(counting[name]).data;
  return badEventGuardrail({
    ...{ name, settings, words },
    planFields: {
      ratio: planRuleFields.ratio.default(1.25),
      floor: planRuleFields.floor.default(0.005),
      tolerance: planRuleFields.tolerance.default(2),
    },
    ...{ canBeOff: true, canHaveZeroTolerance: true, canHaveSegments: true, callersDecide: true },
    counting: (_settings, baseline): JsonObject => ({
      [name]: { oncePerStep: rateOf(fact, baseline) > highBaseRate },
    }),
    observers(counting) {
      const parameters = parametersIn(counting);
      if (parameters === undefined) return {};
      const unit = parameters.oncePerStep ? 'subject-in-step' : 'subject';
      return { [name]: { unit, onlyLong: true, badAfterMs: (course) => badAfterMs(course, fact) } };
    },
    foreseen: {
      bad: (answer) => (answer.failed || answer.empty ? undefined : foreseenFacts[fact](answer)),
      base: ({ facts }) => facts && { bad: facts[fact], units: facts.answers },
    },
    dryRun({ counting, candidateUnits }: DryRunFacts) {
      const parameters = parametersIn(counting);
      if (parameters === undefined) return notAsked;
      const units = candidateUnits[name] ?? 0;
      if (!parameters.oncePerStep || units >= leastSubjects) return undefined;
      return `dry run: ${units} of ${leastSubjects} subjects of the candidate, at a rate that is high for stable too`;
    },
  });
}

function rateOf(fact: keyof AnswerFacts, { stableFacts }: Baseline): number {
  if (stableFacts === undefined || stableFacts.answers < leastAnswers) return 0;
  return stableFacts[fact] / stableFacts.answers;
}

function badAfterMs(
  { failedAfterMs, ended, facts }: RequestCourse,
  fact: keyof AnswerFacts,
): number | undefined {
  if (failedAfterMs !== undefined || ended === undefined || facts === undefined) return undefined;
  return facts[fact] ? ended.afterMs : Infinity;
}
