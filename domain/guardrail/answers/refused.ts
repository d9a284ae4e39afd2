import { answerFactGuardrail } from './answer-facts.ts';

/** What the model would not say, or its provider's filter would not let through. */
export const refused = answerFactGuardrail({
  name: 'refused',
  fact: 'refused',
  words: {
    subject: 'refused answers',
    bad: "Answers that the model refused, or its provider's content filter; `off` leaves them unjudged.",
  },
});
