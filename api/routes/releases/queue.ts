import type { Pool } from 'pg';
import { z } from 'zod';
import { closeQueued, listQueued, readQueued } from '../../../config-store/queue/queued-releases.ts';
import { whileUndecided } from '../../../config-store/queue/while-undecided.ts';
import type { QueuedRow } from '../../../config-store/queue/queued-row.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { nameSchema } from '../../../domain/revision/names.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { shownQueued } from '../../queue/queue.ts';
import { cancelQueuedSchema, queuedSchema, queueSchema } from '../../schemas/queue.ts';
import { idSchema } from '../../schemas/shared.ts';
import { existingApp } from '../existing-app.ts';

const appParams = z.object({ app: nameSchema });
const queuedParams = appParams.extend({ id: idSchema });

async function requireQueued(
  db: Pool,
  place: { readonly app: string; readonly id: string },
): Promise<QueuedRow> {
  await existingApp(db, place.app);
  const row = await readQueued(db, place);
  if (row !== undefined) return row;
  throw new SluiceError('not_found', `Nothing is queued as ${place.id} for ${place.app}.`, {
    remedy: `See what waits: sluice release queue ${place.app}`,
  });
}

function isBegun({ app, id }: { readonly app: string; readonly id: string }): SluiceError {
  return new SluiceError('conflict', `${id} is being started in this moment.`, {
    remedy: `See what it has become (sluice release list --app ${app}), and abort that.`,
  });
}

/** What waits for an app, and how that is ended. */
export function queueRoutes({ db }: { readonly db: Pool }): Route[] {
  const read = { method: 'get', role: 'viewer', action: 'read', concerns: 'path.app' } as const;
  return [
    defineRoute({
      ...read,
      path: '/v1/apps/{app}/queue',
      operationId: 'listQueue',
      summary: 'List the releases that wait for the open one to end, the next one first',
      params: appParams,
      answers: { 200: { description: 'What waits', schema: queueSchema } },
      async handle({ params: { app } }) {
        await existingApp(db, app);
        return { status: 200, body: { items: (await listQueued(db, app)).map(shownQueued) } };
      },
    }),
    defineRoute({
      ...read,
      path: '/v1/apps/{app}/queue/{id}',
      operationId: 'getQueued',
      summary: 'Show what became of a release that waited, or at which place it waits',
      params: queuedParams,
      answers: { 200: { description: 'It', schema: queuedSchema } },
      async handle({ params }) {
        return { status: 200, body: shownQueued(await requireQueued(db, params)) };
      },
    }),
    defineRoute({
      method: 'post',
      role: 'releaser',
      action: 'release',
      concerns: 'path.app',
      path: '/v1/apps/{app}/queue/{id}/cancel',
      operationId: 'cancelQueued',
      summary: 'Take a release out of the queue',
      params: queuedParams,
      body: cancelQueuedSchema,
      answers: { 200: { description: 'What became of it', schema: queuedSchema } },
      async handle({ params, body: { reason }, actor }) {
        const { id } = await requireQueued(db, params);
        const { ran } = await whileUndecided(db, params, () =>
          closeQueued(db, { id, outcome: 'cancelled', reason, actor }),
        );
        if (!ran) throw isBegun(params);
        return { status: 200, body: shownQueued(await requireQueued(db, params)) };
      },
    }),
  ];
}
