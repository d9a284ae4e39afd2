import { audienceOf } from '../../domain/split/audience.ts';
import type { Pool } from 'pg';
import { z } from 'zod';
import { labelsOf } from '../../config-store/revisions/labels-of.ts';
import { listRevisions } from '../../config-store/revisions/list-revisions.ts';
import { listHistory } from '../../config-store/splits/list-history.ts';
import type { HistoryRow } from '../../config-store/splits/split-row.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { defineRoute, type Route } from '../http/route.ts';
import {
  historyQuerySchema,
  knownRevisionPageSchema,
  splitChangePageSchema,
  type SplitChange,
} from '../schemas/history.ts';
import { existingApp } from './existing-app.ts';

function changeOf(row: HistoryRow, labels: ReadonlyMap<string, string>): SplitChange {
  const { version, at, kind, stable, candidate, weight, tookOut, releaseId, actor, reason } = row;
  const named = (digest: string) => ({ label: labels.get(digest) ?? digest, digest });
  return {
    ...{ version, at, kind, actor, reason },
    ...(stable === undefined ? {} : { stable: named(stable) }),
    ...(candidate === undefined ? {} : { candidate: { ...named(candidate), weight, ...audienceFirst(row) } }),
    tookOut: tookOut.map(named),
    ...(releaseId === undefined ? {} : { releaseId }),
  };
}

function audienceFirst(row: HistoryRow): { readonly audience?: number } {
  const audience = row.weight === 0 ? audienceOf(row) : undefined;
  return audience === undefined ? {} : { audience: audience.weight };
}

const digestsOf = ({ stable, candidate, tookOut }: HistoryRow): string[] =>
  [stable, candidate, ...tookOut].filter((digest) => digest !== undefined);

/** What an app has, and what it has served. */
export function historyRoutes({ db }: { readonly db: Pool }): Route[] {
  const read = { method: 'get', role: 'viewer', action: 'read', concerns: 'path.app' } as const;
  const asked = { params: z.object({ app: nameSchema }), query: historyQuerySchema };
  return [
    defineRoute({
      ...read,
      ...asked,
      path: '/v1/apps/{app}/revisions',
      operationId: 'listRevisions',
      summary: 'List the revisions of an app, and what became of each in an environment',
      answers: { 200: { description: 'A page of revisions, newest first', schema: knownRevisionPageSchema } },
      async handle({ params: { app }, query }) {
        await existingApp(db, app);
        return { status: 200, body: await listRevisions(db, { app, ...query }) };
      },
    }),
    defineRoute({
      ...read,
      ...asked,
      path: '/v1/apps/{app}/history',
      operationId: 'listHistory',
      summary: 'List what an app has served in an environment: every version of its split, by whom and why',
      answers: { 200: { description: 'A page of changes, newest first', schema: splitChangePageSchema } },
      async handle({ params: { app }, query }) {
        await existingApp(db, app);
        const { items, ...page } = await listHistory(db, { app, ...query });
        const labels = await labelsOf(db, { app, digests: items.flatMap(digestsOf) });
        return { status: 200, body: { items: items.map((row) => changeOf(row, labels)), ...page } };
      },
    }),
  ];
}
