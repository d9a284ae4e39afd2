import type { Pool } from 'pg';
import { z } from 'zod';
import { listClosedBoard } from '../../../config-store/dashboard/list-board.ts';
import { listGateways } from '../../../config-store/gateways/list-gateways.ts';
import { readPolicy } from '../../../config-store/policies/read-policy.ts';
import { listQueued } from '../../../config-store/queue/queued-releases.ts';
import { nameSchema } from '../../../domain/revision/names.ts';
import { acksOf } from '../../../domain/split/acks-of.ts';
import type { ApiCaller } from '../../auth/authenticate.ts';
import { openFacts } from '../../dashboard/facts.ts';
import { rowOf } from '../../dashboard/row-of.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { activeOfAll } from '../../releases/list-active.ts';
import { rollbackReadiness } from '../../releases/rollback-readiness.ts';
import type { Active } from '../../schemas/active.ts';
import { appViewSchema, type AppView } from '../../schemas/dashboard/app-view.ts';
import { existingApp } from '../existing-app.ts';

interface Parts {
  readonly db: Pool;
  readonly environments: readonly string[];
}

const newest = 20;

async function placeOf(
  db: Pool,
  {
    app,
    environment,
    active,
  }: { readonly app: string; readonly environment: string; readonly active: Active | undefined },
): Promise<AppView['places'][number]> {
  const [gateways, wayBack] = await Promise.all([
    listGateways(db, { environment }),
    rollbackReadiness(db, { app, environment }),
  ]);
  return {
    environment,
    ...(active === undefined ? {} : { active }),
    gateways: active === undefined ? [] : acksOf(gateways, { app, version: active.version }),
    ...(wayBack === undefined ? {} : { wayBack }),
  };
}

async function appView({ db, environments }: Parts, app: string, caller: ApiCaller): Promise<AppView> {
  await existingApp(db, app);
  const [active, open, closed, policy, queued] = await Promise.all([
    activeOfAll(db, { apps: [app], environments }),
    openFacts(db, { app }),
    listClosedBoard(db, { app, offset: 0, limit: newest }),
    readPolicy(db, app),
    listQueued(db, app),
  ]);
  const places = environments.map((environment) =>
    placeOf(db, { app, environment, active: active.find((each) => each.environment === environment) }),
  );
  const { scope, version, digest } = policy;
  return {
    ...{ at: new Date().toISOString(), name: app, places: await Promise.all(places) },
    releases: [...open, ...closed.items.map((row) => ({ row }))].map((facts) => rowOf(facts, caller)),
    ...{ policy: { scope, version, digest }, queued: queued.length },
  };
}

/** An app as a page shows it. */
export function appPageRoute(parts: Parts): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/apps/{app}/view',
    operationId: 'viewApp',
    summary: 'Show what serves an app where, whether the way back answers, and its newest releases',
    role: 'viewer',
    action: 'read',
    concerns: 'path.app',
    params: z.object({ app: nameSchema }),
    answers: { 200: { description: 'As it is now', schema: appViewSchema } },
    async handle({ params: { app }, caller }) {
      return { status: 200, body: await appView(parts, app, caller) };
    },
  });
}
