import type { MeanGuardrail } from '../guardrail.ts';
import { meanSettings, noCounters, ratioFields, type MeanRule } from './mean.ts';
import { observedRange } from './observed-range.ts';
import type { JsonObject } from '../../json.ts';

/** The mean cost of an answer: its own tokens, cached ones at list price, by the prices of the environment's binding. */
export const cost: MeanGuardrail = {
  ...noCounters,
  name: 'cost',
  offByDefault: true,
  canHaveSegments: true,
  isSaved: true,
  planFields: ratioFields({ margin: 0.1, tolerance: 0.25 }),
  words: {
    subject: 'cost an answer',
    bad: 'The mean cost of an answer, by its own tokens (cached ones at list price) and the prices in the environment’s binding. Judged where the plan names it.',
  },
  rule: meanAbove,
  shown: (value) => `$${value.toPrecision(3)}`,
  lacking: 'usage or price',
  numberOf: ({ costUsd }) => costUsd,
  foreseen: ({ costUsd }) => costUsd,
  counting: (_, baseline) => observedRange('cost', baseline),
};

/** A mean may lie above stable's by a share of it. */
export function meanAbove(settings: JsonObject): MeanRule {
  const { margin, tolerance } = meanSettings.parse(settings);
  return {
    worse: 'higher',
    margin: { by: 'ratio', of: margin },
    tolerance: { by: 'ratio', of: tolerance },
  };
}
