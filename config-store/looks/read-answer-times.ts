import type { Quantity } from '../../domain/guardrail/means/value-buckets.ts';
import { query, type Db } from '../postgres/db.ts';

interface Request {
  readonly app: string;
  readonly environment: string;
  /** Digest of the stable revision. */
  readonly stable: string | undefined;
  /** What they took instead, in the buckets of value-buckets.ts. */
  readonly quantity?: Quantity;
  /** How many answers are wanted. */
  readonly atLeast: number;
}

interface Row {
  readonly splitVersion: number;
  readonly buckets: number[];
}

/**
 * How long a stable revision's answers took, in the buckets of latency-buckets.ts, or what they cost or took of tokens:
 * of the newest split versions that together have enough of them, or all there are: those of its own bake as well, so
 * that the release after a promotion has something to be held beside. What a gateway of before recorded has other times
 * and is left out.
 */
export async function readAnswerTimes(
  db: Db,
  { app, environment, stable, atLeast, quantity }: Request,
): Promise<number[]> {
  const rows = await query<Row>(
    db,
    `select split_version as "splitVersion", counts #> $4 as buckets from arm_counter c
     where app = $1 and environment = $2 and jsonb_typeof(counts #> $4) = 'array'
       and exists (select from split_history h where h.app = $1 and h.environment = $2
         and h.version = c.split_version
         and case c.arm when 'stable' then h.stable when 'candidate' then h.candidate end = $3)
     order by split_version desc`,
    [app, environment, stable, quantity === undefined ? ['answerBuckets'] : ['valueBuckets', quantity]],
  );
  const total: number[] = [];
  let answers = 0;
  let version: number | undefined;
  for (const { splitVersion, buckets } of rows) {
    if (splitVersion !== version && answers >= atLeast) break;
    version = splitVersion;
    buckets.forEach((count, i) => {
      total[i] = (total[i] ?? 0) + count;
      answers += count;
    });
  }
  return Array.from({ length: total.length }, (_, i) => total[i] ?? 0);
}
