import type { Pool } from 'pg';
import { listActive } from '../../config-store/apps/list-active.ts';
import { readHealth } from '../../config-store/releases/read-health.ts';
import type { Active } from '../schemas/active.ts';
import { listFollows, shownFollows } from './others-follow.ts';

/**
 * What serves some apps in some environments, by as many queries as for one; without those before their first stable
 * revision. With what holds of a candidate's weight (invariant 29), but for a release that has just closed.
 */
export async function activeOfAll(
  db: Pool,
  { apps, environments }: { readonly apps: readonly string[]; readonly environments: readonly string[] },
): Promise<Active[]> {
  const [active, follows] = await Promise.all([
    listActive(db, { apps, environments }),
    listFollows(db, { apps }),
  ]);
  const releaseIds = active.flatMap(({ candidate }) => candidate?.releaseId ?? []);
  const health = releaseIds.length === 0 ? [] : await readHealth(db, releaseIds);
  return active.map(({ candidate, ...row }) => {
    const { app, environment } = row;
    const of = health.find(({ releaseId }) => releaseId === candidate?.releaseId);
    const served = of === undefined ? {} : { served: of.weight.served };
    const followed = follows.find((each) => each.app === app && each.environment === environment);
    return {
      ...row,
      ...(candidate === undefined ? {} : { candidate: { ...candidate, ...served } }),
      ...(followed === undefined ? {} : { follows: shownFollows(followed) }),
    };
  });
}
