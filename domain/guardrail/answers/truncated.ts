import { answerFactGuardrail } from './answer-facts.ts';

/** Answers that were cut off: at the revision's limit, the caller's, or the model's own. */
export const truncated = answerFactGuardrail({
  name: 'truncated',
  fact: 'truncated',
  words: {
    subject: 'answers cut at a length',
    bad: 'Answers that were cut off at a length; `off` leaves them unjudged.',
  },
});
