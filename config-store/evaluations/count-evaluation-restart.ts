import { query, type Db } from '../postgres/db.ts';

/** One more run for the evaluation of a first revision; false where it has had so many already. */
export async function countEvaluationRestart(
  db: Db,
  { id, most }: { readonly id: string; readonly most: number },
): Promise<boolean> {
  const counted = await query(
    db,
    'update first_evaluation set restarts = restarts + 1 where id = $1 and restarts < $2 returning id',
    [id, most],
  );
  return counted.length > 0;
}
