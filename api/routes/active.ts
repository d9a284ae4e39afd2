import type { Pool } from 'pg';
import { z } from 'zod';
import { acksOf } from '../../domain/split/acks-of.ts';
import { listClients } from '../../config-store/gateways/list-clients.ts';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { readActive } from '../../config-store/apps/read-active.ts';
import { readStableWatch } from '../../config-store/stable-watch/read-stable-watch.ts';
import { noStable } from '../../domain/refusals.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { rollbackReadiness } from '../releases/rollback-readiness.ts';
import { openGuardOf } from '../releases/guard-of.ts';
import { activeOfAll } from '../releases/list-active.ts';
import { alarmOf } from '../stable-watch/present-stable-watch.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { activeQuerySchema, activeSchema, servingSchema, type Active } from '../schemas/active.ts';
import { existingApp } from './existing-app.ts';

interface Place {
  readonly app: string;
  readonly environment: string;
}

/** What serves an app in an environment; absent before its first stable revision. */
async function activeOf(db: Pool, { app, environment }: Place): Promise<Active | undefined> {
  const [active] = await activeOfAll(db, { apps: [app], environments: [environment] });
  return active;
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
export function activeRoutes({ db }: { readonly db: Pool }): Route[] {
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
        const [active, rollback, guard, watch] = await Promise.all([
          requireActive(db, place, activeOf),
          rollbackReadiness(db, place),
          openGuardOf(db, place),
          place.environment === 'production' ? readStableWatch(db, place.app) : undefined,
        ]);
        const held = { ...(guard === undefined ? {} : { guard }), ...(watch && alarmOf(watch)) };
        return { status: 200, body: { ...active, ...held, ...(rollback === undefined ? {} : { rollback }) } };
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
        const [gateways, clients] = await Promise.all([
          listGateways(db, { environment }),
          listClients(db, place),
        ]);
        const said = acksOf([...gateways, ...clients], { app, version });
        return { status: 200, body: { app, environment, version, gateways: said } };
      },
    }),
  ];
}
