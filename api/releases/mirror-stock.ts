import { mirrorData, type MirrorData } from '../../analysis/gate/mirror-data.ts';
import type { AppRow } from '../../config-store/apps/app-row.ts';
import { noStock, readSampleStock } from '../../config-store/evaluations/sample-stock.ts';
import type { Db } from '../../config-store/postgres/db.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/release/plan.ts';

/** Has the mirror of a plan the samples that it needs? Undefined where there is none. */
export async function readMirrorData(
  db: Db,
  {
    app: { name: app, sampling },
    environment,
    plan: { mirror },
  }: { readonly app: AppRow; readonly environment: string; readonly plan: Plan },
): Promise<MirrorData | undefined> {
  if (mirror === 'skip') return undefined;
  const [stock = { ...noStock, keepsFresh: true }] = await readSampleStock(db, { app, environment });
  const oldest = [stock.freshSince, stock.wholeSince].flatMap((at) => at ?? []).sort()[0];
  return mirrorData(mirror, {
    ...stock,
    keepsContent: sampling === 'redacted' || sampling === 'full',
    ...(oldest === undefined ? {} : { since: oldest }),
  });
}

/** Refuses a release whose mirror could only be inconclusive, before it has begun. Throws `lacks_data`. */
export function assertHasData(data: MirrorData | undefined): void {
  if (data?.state !== 'lacks') return;
  const { need, have, altered, since, says, remedy } = data;
  throw new SluiceError('lacks_data', `This release could not be judged: ${says}.`, {
    ...(remedy === undefined ? {} : { remedy }),
    details: { mirror: { need, have, altered, ...(since === undefined ? {} : { since }) } },
  });
}
