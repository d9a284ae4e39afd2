import type { Pool } from 'pg';
import { listActive, type ActiveRow } from '../../config-store/apps/list-active.ts';
import { readHealth, type OpenReleaseHealth } from '../../config-store/releases/read-health.ts';
import type { Active } from '../schemas/active.ts';
import { listFollows, shownFollows } from './others-follow.ts';

type Candidate = NonNullable<ActiveRow['candidate']>;

/** With what holds of it; the audience's share as long as there is none of all subjects. */
function shownCandidate(
  { audience, ...candidate }: Candidate,
  health: OpenReleaseHealth | undefined,
): NonNullable<Active['candidate']> {
  const isFirst = audience !== undefined && candidate.weight === 0;
  return {
    ...candidate,
    ...(health === undefined ? {} : { served: health.weight.served }),
    ...(isFirst ? { audience: health?.audience ?? { set: audience } } : {}),
  };
}

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
    const followed = follows.find((each) => each.app === app && each.environment === environment);
    return {
      ...row,
      ...(candidate === undefined ? {} : { candidate: shownCandidate(candidate, of) }),
      ...(followed === undefined ? {} : { follows: shownFollows(followed) }),
    };
  });
}
