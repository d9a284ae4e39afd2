import type { Pool } from 'pg';
import { acksOf } from '../../config-store/splits/acks-of.ts';
import { listFollowed, type FollowedStable } from '../../config-store/change-control/follow-production.ts';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import type { Follows } from '../schemas/active.ts';

/** What an environment of an app did about production's stable revision; undefined in production itself. */
export async function followsOf(
  db: Pool,
  { app, environment }: { app: string; environment: string },
): Promise<Follows | undefined> {
  const followed = (await listFollowed(db, { app })).find((each) => each.environment === environment);
  return followed === undefined ? undefined : withRefusals(db, app, followed);
}

/** What the other environments did about a promoted revision; empty where production has moved on since. */
export async function othersOf(
  db: Pool,
  { app, revision }: { app: string; revision: string },
): Promise<Follows[]> {
  const followed = (await listFollowed(db, { app })).filter(({ stable }) => stable === revision);
  return Promise.all(followed.map((each) => withRefusals(db, app, each)));
}

/** A split that says it follows is not yet a gateway that serves it. */
async function withRefusals(
  db: Pool,
  app: string,
  { environment, outcome, reason, at }: FollowedStable,
): Promise<Follows> {
  const [split, gateways] = await Promise.all([
    readSplit(db, { app, environment }),
    listGateways(db, { environment }),
  ]);
  const acks = split === undefined ? [] : acksOf(gateways, { app, version: split.version });
  const refusals = acks.flatMap((each) =>
    each.state === 'refused' ? [{ gatewayId: each.gatewayId, reason: each.reason }] : [],
  );
  return { environment, outcome, reason, at, refusals };
}
