import type { Pool } from 'pg';
import { z } from 'zod';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { liftStableWatch, setStableWatch } from '../../config-store/stable-watch/set-stable-watch.ts';
import { listStableWatchRuns } from '../../config-store/stable-watch/stable-watch-runs.ts';
import { SluiceError } from '../../domain/errors.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { presentRun, presentStableWatch } from '../stable-watch/present-stable-watch.ts';
import type { ReleaseWorkflows } from '../releases/release-workflows.ts';
import { pageQuerySchema } from '../schemas/shared.ts';
import {
  liftStableWatchSchema,
  setStableWatchSchema,
  stableWatchRunPageSchema,
  stableWatchSchema,
  startedStableWatchSchema,
} from '../schemas/watch/stable-watch.ts';
import { existingApp } from './existing-app.ts';

export interface StableWatchParts {
  readonly db: Pool;
  readonly workflows: Pick<ReleaseWorkflows, 'startStableWatch' | 'wake'>;
}

const path = '/v1/apps/{app}/stable-watch';
const params = z.object({ app: nameSchema });
const read = { method: 'get', role: 'viewer', action: 'read', concerns: 'path.app', params } as const;
const change = { method: 'post', role: 'operator', concerns: 'path.app', params } as const;

/** What watches stable while nothing is released, and the alarm that holds releases back. */
export function stableWatchRoutes(parts: StableWatchParts): Route[] {
  return [...readingRoutes(parts), ...changingRoutes(parts)];
}

function readingRoutes({ db }: StableWatchParts): Route[] {
  return [
    defineRoute({
      ...read,
      path,
      operationId: 'getStableWatch',
      summary: 'Show how an app’s stable revision is watched, what was found last, and its alarm',
      answers: { 200: { description: 'The stable watch', schema: stableWatchSchema } },
      async handle({ params: { app } }) {
        await existingApp(db, app);
        return { status: 200, body: await presentStableWatch(db, app) };
      },
    }),
    defineRoute({
      ...read,
      path: `${path}/runs`,
      operationId: 'listStableWatchRuns',
      summary: 'List what the runs of an app’s stable watch have found, newest first',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page of runs', schema: stableWatchRunPageSchema } },
      async handle({ params: { app }, query }) {
        await existingApp(db, app);
        const { items, ...page } = await listStableWatchRuns(db, { app, ...query });
        return { status: 200, body: { items: items.map(presentRun), ...page } };
      },
    }),
  ];
}

function changingRoutes({ db, workflows }: StableWatchParts): Route[] {
  return [
    defineRoute({
      ...change,
      path,
      action: 'settings',
      operationId: 'setStableWatch',
      summary:
        'Set how often, and at what cost at most, an app’s stable revision is asked its critical cases',
      body: setStableWatchSchema,
      answers: { 200: { description: 'The stable watch, as it is from now on', schema: stableWatchSchema } },
      async handle({ params: { app }, body, actor }) {
        await existingApp(db, app);
        const { usdPerDay, reason, ...set } = body;
        await setStableWatch(db, { app, ...set, usdPerDay, reason, actor });
        return { status: 200, body: await presentStableWatch(db, app) };
      },
    }),
    defineRoute({
      ...change,
      path: `${path}/run`,
      action: 'settings',
      operationId: 'runStableWatch',
      summary: 'Ask an app’s stable revision its critical cases now, within the budget of its watch',
      answers: { 202: { description: 'Started', schema: startedStableWatchSchema } },
      async handle({ params: { app }, actor }) {
        await existingApp(db, app);
        const split = await readSplit(db, { app, environment: 'production' });
        if (split?.stable === undefined) throw nothingStable(app);
        return { status: 202, body: await workflows.startStableWatch({ app, askedBy: actor }) };
      },
    }),
    defineRoute({
      ...change,
      path: `${path}/lift`,
      action: 'promote',
      operationId: 'liftStableWatch',
      summary:
        'Let releases go on in spite of an alarm, until a good run ends it or another revision is stable',
      body: liftStableWatchSchema,
      answers: { 200: { description: 'The stable watch, as it is now', schema: stableWatchSchema } },
      async handle({ params: { app }, body: { reason }, actor }) {
        await existingApp(db, app);
        await liftStableWatch(db, { app, actor, reason });
        await workflows.wake(app);
        return { status: 200, body: await presentStableWatch(db, app) };
      },
    }),
  ];
}

function nothingStable(app: string): SluiceError {
  return new SluiceError(
    'conflict',
    `Nothing of ${app} is stable in production yet: there is nothing to ask.`,
    {
      remedy: 'See: sluice app create --stable.',
    },
  );
}
