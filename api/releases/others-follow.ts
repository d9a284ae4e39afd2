import type { Pool } from 'pg';
import { acksOf } from '../../domain/split/acks-of.ts';
import { listFollowed } from '../../config-store/change-control/follow-production.ts';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { listSplits } from '../../config-store/splits/list-splits.ts';
import type { Follows } from '../schemas/active.ts';

/** What an environment of an app did about production's stable revision, and which that was. */
export type FollowsOfApp = Follows & { readonly app: string; readonly stable: string };

/**
 * What the environments of some apps did about production's stable revision. A split that says it follows is not yet a
 * gateway that serves it: those that cannot are named.
 */
export async function listFollows(
  db: Pool,
  { apps }: { readonly apps: readonly string[] },
): Promise<FollowsOfApp[]> {
  const followed = await listFollowed(db, { apps });
  if (followed.length === 0) return [];
  const environments = [...new Set(followed.map(({ environment }) => environment))];
  const [splits, ...gateways] = await Promise.all([
    listSplits(db, { apps }),
    ...environments.map((environment) => listGateways(db, { environment })),
  ]);
  return followed.map((each) => {
    const { app, environment } = each;
    const split = splits.find((one) => one.app === app && one.environment === environment);
    const there = gateways.flat().filter((gateway) => gateway.environment === environment);
    const acks = split === undefined ? [] : acksOf(there, { app, version: split.version });
    const refusals = acks.flatMap((ack) =>
      ack.state === 'refused' ? [{ gatewayId: ack.gatewayId, reason: ack.reason }] : [],
    );
    return { ...each, refusals };
  });
}

/** What the other environments did about a promoted revision; empty where production has moved on since. */
export async function othersOf(
  db: Pool,
  { app, revision }: { readonly app: string; readonly revision: string },
): Promise<Follows[]> {
  const follows = await listFollows(db, { apps: [app] });
  return follows.filter(({ stable }) => stable === revision).map(shownFollows);
}

/** As it is shown beside its app. */
export function shownFollows({ environment, outcome, reason, at, refusals }: FollowsOfApp): Follows {
  return { environment, outcome, reason, at, refusals };
}
