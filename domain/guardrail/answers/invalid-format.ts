import { answerFactGuardrail } from './answer-facts.ts';

/** Answers that no program can read, though they were to be read by one. */
export const invalidFormat = answerFactGuardrail({
  name: 'invalid-format',
  fact: 'invalidFormat',
  words: {
    subject: 'answers in a wrong format',
    bad: "Answers that were to be JSON (`response_format`) and are not, or not by the revision's schema, and tool calls whose arguments are no JSON; `off` leaves them unjudged.",
  },
});
