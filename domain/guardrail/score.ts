import { z } from 'zod';
import { nameSchema } from '../revision/names.ts';
import type { MeanGuardrail } from './guardrail.ts';
import { meanSettings, noCounters } from './means/mean.ts';

/** The mean score of live answers, by what suites name under `live` (docs/decisions/0061). */
export const score: MeanGuardrail = {
  ...noCounters,
  name: 'score',
  offByDefault: true,
  noSegments:
    'scores are judged on all answers alone: leave `scope` out; cost, tokens, refused, invalid-format and event take it',
  planFields: {
    suite: nameSchema
      .exactOptional()
      .meta({ description: 'Whose `live` scores; all suites of the release where nothing is said' }),
    margin: z
      .number()
      .min(0)
      .max(0.5)
      .default(0.005)
      .meta({ description: "How far the candidate's mean may lie below stable's; scores are 0 to 1" }),
    tolerance: z
      .number()
      .min(0.01)
      .max(0.5)
      .default(0.05)
      .meta({ description: 'With `confidence`: within which difference it must be shown to lie' }),
  },
  words: {
    subject: 'answers scored',
    bad: 'The mean score of live answers, by what the suites name under `live`. Judged where the plan names it.',
  },
  rule(settings) {
    const { margin, tolerance } = meanSettings.parse(settings);
    return {
      worse: 'lower',
      margin: { by: 'difference', of: margin },
      tolerance: { by: 'difference', of: tolerance },
    };
  },
  shown: (value) => value.toFixed(2),
  lacking: 'a score',
  // A mirror scores by all suites together: what one of them would say is not known.
  foreseen: ({ score: said }, { suite }) => (suite === undefined ? (said ?? undefined) : undefined),
  // By the evaluation worker: no gateway observes it.
  counting: () => ({ least: 0, most: 1 }),
};
