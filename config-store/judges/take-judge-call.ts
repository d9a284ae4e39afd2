import { queryOne, type Db } from '../postgres/db.ts';

/** Counts one verdict that is asked of a judge, in the budget of its day; false where that is used up. */
export async function takeJudgeCall(
  db: Db,
  { judge, callsPerDay }: { readonly judge: string; readonly callsPerDay: number },
): Promise<boolean> {
  const { taken } = await queryOne<{ readonly taken: boolean }>(
    db,
    'select take_judge_call($1, $2) as taken',
    [judge, callsPerDay],
  );
  return taken;
}
