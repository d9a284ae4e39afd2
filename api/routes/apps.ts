import type { Pool } from 'pg';
import { z } from 'zod';
import { listApps } from '../../config-store/apps/list-apps.ts';
import { requireJudgeable } from '../../activities/looks/judging/dry-run.ts';
import { publishApp } from '../../config-store/apps/publish-app.ts';
import { publishRevision } from '../../config-store/revisions/publish-revision.ts';
import { listOpenReleases } from '../../config-store/releases/list-open-releases.ts';
import { requireRevision } from '../../config-store/revisions/require-revision.ts';
import { setApp } from '../../config-store/apps/set-app.ts';
import { setPublished } from '../../config-store/revisions/set-published.ts';
import { inTransaction } from '../../config-store/postgres/transaction.ts';
import type { AppRow } from '../../config-store/apps/app-row.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { checkRevision } from '../releases/check-revision.ts';
import { checkSuites } from '../releases/check-suites.ts';
import { activeOfAll } from '../releases/list-active.ts';
import { makeFirstStable } from '../releases/first-stable.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { appPageSchema, appSchema, changeAppSchema, createAppSchema, type App } from '../schemas/apps.ts';
import {
  publishedRevisionSchema,
  publishRevisionSchema,
  revisionDetailSchema,
} from '../schemas/revisions.ts';
import { pageQuerySchema, revisionRefSchema } from '../schemas/shared.ts';
import { existingApp } from './existing-app.ts';

export interface AppRouteParts {
  readonly db: Pool;
  /** The environments that a new app's first stable revision goes to. */
  readonly environments: readonly string[];
}

/** Apps with what serves them, by as many queries as for one. */
async function presentAll({ db, environments }: AppRouteParts, rows: readonly AppRow[]): Promise<App[]> {
  const apps = rows.map(({ name }) => name);
  const [active, open] = await Promise.all([
    activeOfAll(db, { apps, environments }),
    listOpenReleases(db, { apps, environment: 'production' }),
  ]);
  return rows.map(({ published: _published, ...settings }) => {
    const openRelease = open.get(settings.name);
    return {
      ...settings,
      active: active.filter(({ app }) => app === settings.name),
      ...(openRelease === undefined ? {} : { openRelease }),
    };
  });
}

async function present(parts: AppRouteParts, row: AppRow): Promise<App> {
  const [app] = await presentAll(parts, [row]);
  if (app === undefined) throw new Error('One row is one app.');
  return app;
}

function createAppRoute(parts: AppRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/apps',
    operationId: 'createApp',
    summary: 'Make an app known, publish its plans and suites, and set its first stable revision',
    role: 'releaser',
    action: 'publish',
    concerns: 'body.name',
    body: createAppSchema,
    answers: {
      200: { description: 'The app was there already', schema: appSchema },
      201: { description: 'The app is made', schema: appSchema },
    },
    async handle({ body, actor, role }) {
      const { name: app, sampling, publication, stable: ref, skipEvaluation, reason } = body;
      const { environments } = parts;
      if (publication !== undefined) {
        checkSuites(publication.suites);
        for (const [name, plan] of Object.entries(publication.plans)) requireJudgeable(plan, name);
      }
      // All of it or nothing.
      const created = await inTransaction(parts.db, async (client) => {
        const published = await publishApp(client, { name: app, sampling, actor });
        if (publication !== undefined) await setPublished(client, { app, ...publication, actor });
        const first = { app, environments, actor, role, skipEvaluation, reason };
        if (ref !== undefined) await makeFirstStable(client, { ...first, ref });
        return published.created;
      });
      return { status: created ? 201 : 200, body: await present(parts, await existingApp(parts.db, app)) };
    },
  });
}

function changeAppRoute(parts: AppRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/apps/{app}',
    operationId: 'changeApp',
    summary: "Change what is kept of an app's requests, and how many",
    role: 'admin',
    action: 'settings',
    concerns: 'path.app',
    params: z.object({ app: nameSchema }),
    body: changeAppSchema,
    answers: { 200: { description: 'The app, as it is from now on', schema: appSchema } },
    async handle({ params: { app }, body: { reason, ...settings }, actor }) {
      const { app: row } = await setApp(parts.db, { app, settings, actor, reason });
      return { status: 200, body: await present(parts, row) };
    },
  });
}

function publishRevisionRoute(parts: AppRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/revisions',
    operationId: 'publishRevision',
    summary: 'Publish a revision: immutable, known by its digest and by its label',
    role: 'releaser',
    action: 'publish',
    concerns: 'body.app',
    body: publishRevisionSchema,
    answers: {
      200: { description: 'The same content was published before', schema: publishedRevisionSchema },
      201: { description: 'Published', schema: publishedRevisionSchema },
    },
    async handle({ body, actor, caller: { subject: author } }) {
      await existingApp(parts.db, body.app);
      await checkRevision(body.content);
      const published = await publishRevision(parts.db, { ...body, actor, author });
      return { status: published.created ? 201 : 200, body: { app: body.app, ...published } };
    },
  });
}

function revisionRoute({ db }: AppRouteParts): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/apps/{app}/revisions/{revision}',
    operationId: 'getRevision',
    summary: 'Show all of a revision: its prompts, chain, parameters',
    role: 'viewer',
    action: 'read',
    concerns: 'path.app',
    params: z.object({ app: nameSchema, revision: revisionRefSchema }),
    answers: { 200: { description: 'The revision', schema: revisionDetailSchema } },
    async handle({ params: { app, revision: ref } }) {
      await existingApp(db, app);
      return { status: 200, body: await requireRevision(db, { app, ref }) };
    },
  });
}

/** Apps and their revisions. */
export function appRoutes(parts: AppRouteParts): Route[] {
  return [
    createAppRoute(parts),
    changeAppRoute(parts),
    publishRevisionRoute(parts),
    revisionRoute(parts),
    defineRoute({
      method: 'get',
      path: '/v1/apps',
      operationId: 'listApps',
      summary: 'List the apps',
      role: 'viewer',
      action: 'read',
      concerns: 'listed',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page of apps', schema: appPageSchema } },
      async handle({ query, caller: { apps: own } }) {
        const { items, nextCursor } = await listApps(parts.db, { ...query, apps: own });
        const apps = await presentAll(parts, items);
        return { status: 200, body: { items: apps, ...(nextCursor === undefined ? {} : { nextCursor }) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}',
      operationId: 'getApp',
      summary: 'Show an app',
      role: 'viewer',
      action: 'read',
      concerns: 'path.app',
      params: z.object({ app: nameSchema }),
      answers: { 200: { description: 'The app', schema: appSchema } },
      async handle({ params }) {
        return { status: 200, body: await present(parts, await existingApp(parts.db, params.app)) };
      },
    }),
  ];
}
