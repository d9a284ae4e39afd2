import type { Pool } from 'pg';
import { z } from 'zod';
import { acksOf } from '../../config-store/splits/acks-of.ts';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { readHealth } from '../../config-store/releases/read-health.ts';
import { readActive } from '../../config-store/apps/read-active.ts';
import { noStable } from '../../domain/refusals.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { rollbackReadiness } from '../releases/rollback-readiness.ts';
import { followsOf } from '../releases/others-follow.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { activeQuerySchema, activeSchema, servingSchema, type Active } from '../schemas/active.ts';
import { existingApp } from './existing-app.ts';

interface Place {
  app: string;
  environment: string;
}

/** What serves an app in an environment; absent before its first stable revision. */
export async function activeOf(db: Pool, place: Place): Promise<Active | undefined> {
  const [active, follows] = await Promise.all([activeAsServed(db, place), followsOf(db, place)]);
  if (active === undefined) return undefined;
  return { ...place, ...active, ...(follows === undefined ? {} : { follows }) };
}

async function activeAsServed(db: Pool, place: Place): Promise<Omit<Active, keyof Place> | undefined> {
  const active = await readActive(db, place);
  if (active?.candidate === undefined) return active;
  const { candidate } = active;
  return { ...active, candidate: { ...candidate, ...(await servedOf(db, candidate)) } };
}

/** What holds of the weight that is set (invariant 29); nothing for a release that has just closed. */
async function servedOf(db: Pool, { releaseId }: { releaseId: string }): Promise<{ served?: number | null }> {
  const [health] = await readHealth(db, releaseId);
  return health === undefined ? {} : { served: health.weight.served };
}

/** What `read` finds. Throws `not_found` for an unknown app, and `not_active` before its first stable revision. */
async function requireActive<Found>(
  db: Pool,
  place: Place,
  read: (db: Pool, place: Place) => Promise<Found | undefined>,
): Promise<Found> {
  const { app, environment } = place;
  await existingApp(db, app);
  const active = await read(db, place);
  if (active !== undefined) return active;
  throw noStable(app, environment);
}

/** What is to serve an app, and which gateways do. */
export function activeRoutes({ db }: { db: Pool }): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}/active',
      operationId: 'getActive',
      summary: 'Show what serves an app in an environment',
      role: 'viewer',
      action: 'read',
      concerns: 'path.app',
      params: z.object({ app: nameSchema }),
      query: activeQuerySchema,
      answers: { 200: { description: 'The active value', schema: activeSchema } },
      async handle({ params, query }) {
        const place = { ...params, ...query };
        const [active, rollback] = await Promise.all([
          requireActive(db, place, activeOf),
          rollbackReadiness(db, place),
        ]);
        return { status: 200, body: { ...active, ...(rollback === undefined ? {} : { rollback }) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}/gateways',
      operationId: 'getServing',
      summary: 'Show which live gateways serve the active value, and why others do not',
      role: 'viewer',
      action: 'read',
      concerns: 'path.app',
      params: z.object({ app: nameSchema }),
      query: activeQuerySchema,
      answers: { 200: { description: 'What each live gateway says of it', schema: servingSchema } },
      async handle({ params, query }) {
        const place = { ...params, ...query };
        const { app, environment } = place;
        const { version } = await requireActive(db, place, readActive);
        const gateways = acksOf(await listGateways(db, { environment }), { app, version });
        return { status: 200, body: { app, environment, version, gateways } };
      },
    }),
  ];
}
