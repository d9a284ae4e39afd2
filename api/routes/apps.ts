import type { Pool } from 'pg';
import { z } from 'zod';
import { createStable } from '../../config-store/create-stable.ts';
import { listApps } from '../../config-store/list-apps.ts';
import { publishApp } from '../../config-store/publish-app.ts';
import { publishRevision } from '../../config-store/publish-revision.ts';
import { readActive } from '../../config-store/read-active.ts';
import { readApp } from '../../config-store/read-app.ts';
import { readOpenRelease } from '../../config-store/read-open-release.ts';
import { readRevision } from '../../config-store/read-revision.ts';
import { setPublished } from '../../config-store/set-published.ts';
import type { AppRow } from '../../config-store/types.ts';
import { SluiceError } from '../../domain/errors.ts';
import { nameSchema } from '../../domain/names.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  activeQuerySchema,
  activeSchema,
  appPageSchema,
  appSchema,
  createAppSchema,
  publishedRevisionSchema,
  publishRevisionSchema,
  type Active,
  type App,
} from '../schemas/apps.ts';
import { pageQuerySchema } from '../schemas/shared.ts';

export interface AppRouteParts {
  db: Pool;
  /** The environments that a new app's first stable revision goes to. */
  environments: readonly string[];
}

const appParams = z.object({ app: nameSchema });

/** The app of that name. Throws `not_found`. */
async function existingApp(db: Pool, name: string): Promise<AppRow> {
  const app = await readApp(db, name);
  if (app !== undefined) return app;
  throw new SluiceError('not_found', `There is no app "${name}".`, {
    remedy: `List the apps with \`sluice active\`, or make it with \`sluice app create ${name}\`.`,
  });
}

async function activeOf(db: Pool, app: string, environment: string): Promise<Active | undefined> {
  const active = await readActive(db, { app, environment });
  return active === undefined ? undefined : { app, environment, ...active };
}

async function present(parts: AppRouteParts, row: AppRow): Promise<App> {
  const active = await Promise.all(parts.environments.map((name) => activeOf(parts.db, row.name, name)));
  const open = await readOpenRelease(parts.db, { app: row.name, environment: 'production' });
  return {
    name: row.name,
    sampling: row.sampling,
    createdAt: row.createdAt,
    active: active.filter((value) => value !== undefined),
    ...(open === undefined ? {} : { openRelease: open.id }),
  };
}

/** Makes a revision the first stable one of an app, in every environment. Throws `not_found` and `conflict`. */
async function makeFirstStable(
  parts: AppRouteParts,
  args: { app: string; ref: string; actor: string; reason: string },
) {
  const revision = await readRevision(parts.db, { app: args.app, ref: args.ref });
  if (revision === undefined) {
    throw new SluiceError('not_found', `The app "${args.app}" has no revision "${args.ref}".`, {
      remedy: 'Publish it first: POST /v1/revisions.',
    });
  }
  await createStable(parts.db, {
    app: args.app,
    environments: [...parts.environments],
    revision: revision.digest,
    operationId: `first/${revision.digest}`,
    actor: args.actor,
    reason: args.reason,
  });
}

function createAppRoute(parts: AppRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/apps',
    operationId: 'createApp',
    summary: 'Make an app known, publish its plans and suites, and set its first stable revision',
    role: 'releaser',
    body: createAppSchema,
    answers: {
      200: { description: 'The app was there already', schema: appSchema },
      201: { description: 'The app is made', schema: appSchema },
    },
    async handle({ body, actor }) {
      const { created } = await publishApp(parts.db, { name: body.name, sampling: body.sampling, actor });
      if (body.publication !== undefined)
        await setPublished(parts.db, { app: body.name, ...body.publication });
      if (body.stable !== undefined) {
        const reason = body.reason ?? 'First release of the app';
        await makeFirstStable(parts, { app: body.name, ref: body.stable, actor, reason });
      }
      return {
        status: created ? 201 : 200,
        body: await present(parts, await existingApp(parts.db, body.name)),
      };
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
    body: publishRevisionSchema,
    answers: {
      200: { description: 'The same content was published before', schema: publishedRevisionSchema },
      201: { description: 'Published', schema: publishedRevisionSchema },
    },
    async handle({ body, actor }) {
      await existingApp(parts.db, body.app);
      const published = await publishRevision(parts.db, { ...body, actor });
      return { status: published.created ? 201 : 200, body: { app: body.app, ...published } };
    },
  });
}

/** Apps, their revisions, and the active value that says what serves. */
export function appRoutes(parts: AppRouteParts): Route[] {
  return [
    createAppRoute(parts),
    publishRevisionRoute(parts),
    defineRoute({
      method: 'get',
      path: '/v1/apps',
      operationId: 'listApps',
      summary: 'List the apps',
      role: 'viewer',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page of apps', schema: appPageSchema } },
      async handle({ query }) {
        const { items, nextCursor } = await listApps(parts.db, query);
        const apps = await Promise.all(items.map((row) => present(parts, row)));
        return { status: 200, body: { items: apps, ...(nextCursor === undefined ? {} : { nextCursor }) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}',
      operationId: 'getApp',
      summary: 'Show an app',
      role: 'viewer',
      params: appParams,
      answers: { 200: { description: 'The app', schema: appSchema } },
      async handle({ params }) {
        return { status: 200, body: await present(parts, await existingApp(parts.db, params.app)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}/active',
      operationId: 'getActive',
      summary: 'Show what serves an app in an environment',
      role: 'viewer',
      params: appParams,
      query: activeQuerySchema,
      answers: { 200: { description: 'The active value', schema: activeSchema } },
      async handle({ params, query }) {
        await existingApp(parts.db, params.app);
        const active = await activeOf(parts.db, params.app, query.environment);
        if (active !== undefined) return { status: 200, body: active };
        throw new SluiceError(
          'not_active',
          `"${params.app}" has no stable revision in ${query.environment}.`,
          {
            remedy: `Set the first one with \`sluice app create ${params.app} --stable\`.`,
          },
        );
      },
    }),
  ];
}
