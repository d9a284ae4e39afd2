import type { JsonObject } from '../../json.ts';
import type { Baseline } from '../guardrail.ts';
import { valueQuantile, type Quantity } from './value-buckets.ts';

/** Fewer answers of stable say too little about its 99 % point. */
const leastAnswers = 500;

/** From 0 to stable's recorded 99 % point; why there is none yet, where too few answers are recorded. */
export function observedRange(quantity: Quantity, { stableValueBuckets }: Baseline): JsonObject {
  const counts = stableValueBuckets?.[quantity] ?? [];
  const answers = counts.reduce((sum, count) => sum + count, 0);
  const most = valueQuantile(quantity, counts, 0.99);
  if (answers < leastAnswers || most === undefined)
    return { dryRun: `dry run: ${answers} of ${leastAnswers} answers of stable recorded before this step` };
  return { least: 0, most };
}
