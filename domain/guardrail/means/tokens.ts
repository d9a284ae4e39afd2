import { meanAbove } from './cost.ts';
import type { MeanGuardrail } from '../guardrail.ts';
import { noCounters, ratioFields } from './mean.ts';
import { observedRange } from './observed-range.ts';

/** The mean number of tokens of an answer, input and output: what it takes where nobody has named a price. */
export const tokens: MeanGuardrail = {
  ...noCounters,
  name: 'tokens',
  offByDefault: true,
  canHaveSegments: true,
  isSaved: true,
  planFields: ratioFields({ margin: 0.1, tolerance: 0.25 }),
  words: {
    subject: 'tokens an answer',
    bad: 'The mean number of tokens of an answer, input and output together. Judged where the plan names it.',
  },
  rule: meanAbove,
  shown: (value) => `${value.toPrecision(4)} tokens`,
  lacking: 'usage',
  numberOf: ({ tokens: taken }) => taken,
  foreseen: ({ tokensIn, tokensOut }) =>
    tokensIn === undefined || tokensOut === undefined ? undefined : tokensIn + tokensOut,
  counting: (_, baseline) => observedRange('tokens', baseline),
};
