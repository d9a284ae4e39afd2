import { queryOne, type Db } from '../postgres/db.ts';
import type { SplitWriteResult } from './split-row.ts';

export interface PromotionWrite {
  readonly releaseId: string;
  readonly operationId: string;
  readonly expectedVersion: number;
  readonly actor: string;
  readonly reason: string;
}

/**
 * The point of no return: the candidate becomes stable, its release is promoted and closed, its lease ends, all in
 * one transaction. Other environments of the app follow in it where they can; where not, the reconciler sees to it.
 */
export async function promoteCandidate(db: Db, promotion: PromotionWrite): Promise<SplitWriteResult> {
  const { result } = await queryOne<{ readonly result: SplitWriteResult }>(
    db,
    `with promoted as materialized (select promote_candidate($1, $2, $3, $4, $5) as result)
     select result, case when result->>'kind' in ('written', 'repeated')
       then follow_quietly((select app from release where id = $1), $4) end
     from promoted`,
    [
      promotion.releaseId,
      promotion.operationId,
      promotion.expectedVersion,
      promotion.actor,
      promotion.reason,
    ],
  );
  return result;
}
