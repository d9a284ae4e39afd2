import { storeLook } from '../looks/store-look.ts';
import type { Db } from '../postgres/db.ts';

let looks = 0;

/** Lets a release's candidate be served for another while, as a look that has found nothing does. */
export async function renewLease(
  db: Db,
  { releaseId, ttlMs: leaseMs }: { releaseId: string; ttlMs: number },
): Promise<{ renewed: boolean }> {
  looks += 1;
  const nothing = { stage: 'renewed', splitVersion: 0, counts: {}, judgement: {} };
  const { renewed } = await storeLook(db, { ...nothing, releaseId, look: looks, leaseMs });
  return { renewed };
}
