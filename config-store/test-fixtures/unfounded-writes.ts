import { assertValidSplit } from '../../domain/split/split.ts';
import { json, queryOne, type Db } from '../postgres/db.ts';
import type { PromotionWrite } from '../splits/promote-candidate.ts';
import type { SplitWriteResult } from '../splits/split-row.ts';
import type { SplitWrite } from '../splits/write-split.ts';

// What no program has a right to: a share, and a promotion, that nothing stored bears out. For tests of what comes after.

/** As `writeSplit`, whatever has passed. */
export async function putCandidate(db: Db, write: SplitWrite): Promise<SplitWriteResult> {
  assertValidSplit(write);
  const { app, environment, releaseId, operationId, expectedVersion, candidate } = write;
  const { weight, salt, counting, ttlMs, actor, reason } = write;
  const { result } = await queryOne<{ result: SplitWriteResult }>(
    db,
    'select put_candidate($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as result',
    [
      ...[app, environment, releaseId, operationId, expectedVersion, candidate],
      ...[weight, salt, json(counting), ttlMs, actor, reason],
    ],
  );
  return result;
}

/** As `promoteCandidate`, whatever has passed. */
export async function makeStable(db: Db, promotion: PromotionWrite): Promise<SplitWriteResult> {
  const { releaseId, operationId, expectedVersion, actor, reason } = promotion;
  const { result } = await queryOne<{ result: SplitWriteResult }>(
    db,
    `with promoted as materialized (select make_stable($1, $2, $3, $4, $5) as result)
     select result, case when result->>'kind' in ('written', 'repeated')
       then follow_quietly((select app from release where id = $1), $4) end
     from promoted`,
    [releaseId, operationId, expectedVersion, actor, reason],
  );
  return result;
}
