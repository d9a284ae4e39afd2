import type { Pool } from 'pg';
import { listServed } from '../../../config-store/dashboard/read-timeline.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { requireRevision } from '../../../config-store/revisions/require-revision.ts';
import { listRevisions } from '../../../config-store/revisions/list-revisions.ts';
import { listServedWeights } from '../../../config-store/splits/list-served-weights.ts';
import { readSplit } from '../../../config-store/splits/read-split.ts';
import { chartOf } from '../../dashboard/checks/chart.ts';
import { createCheckBook } from '../../dashboard/checks/check-book.ts';
import { compareRevisions } from '../../dashboard/compare-revisions.ts';
import { releaseView } from '../../dashboard/release/view.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { chartQuerySchema, releaseChartSchema } from '../../schemas/dashboard/chart.ts';
import {
  comparedRevisionsSchema,
  compareParamsSchema,
  compareQuerySchema,
  type ComparedRevisions,
} from '../../schemas/dashboard/compare.ts';
import { releaseViewSchema } from '../../schemas/dashboard/release-view.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';
import { existingApp } from '../existing-app.ts';

const read = { method: 'get', role: 'viewer', action: 'read' } as const;

/** A release as a page shows it, its checks for charts, and what differs between two revisions. */
export function releasePageRoutes({ db }: { readonly db: Pool }): Route[] {
  const checks = createCheckBook(db);
  return [
    defineRoute({
      ...read,
      path: '/v1/releases/{id}/view',
      operationId: 'viewRelease',
      summary: 'Show all of a release at once: its stages, traffic, guardrails, people, and what you may do',
      concerns: 'path.release',
      params: releaseParamsSchema,
      answers: { 200: { description: 'As it is now', schema: releaseViewSchema } },
      async handle({ params: { id }, caller }) {
        return { status: 200, body: await releaseView({ db, checks }, id, caller) };
      },
    }),
    defineRoute({
      ...read,
      path: '/v1/releases/{id}/chart',
      operationId: 'chartRelease',
      summary: "List a release's checks as columns: evidence, estimates and traffic over time and requests",
      concerns: 'path.release',
      params: releaseParamsSchema,
      query: chartQuerySchema,
      answers: { 200: { description: 'So many points at the most', schema: releaseChartSchema } },
      async handle({ params: { id }, query: { points } }) {
        const release = await requireRelease(db, id);
        const [known, weights, served] = await Promise.all([
          checks.read(release),
          listServedWeights(db, id),
          listServed(db, id),
        ]);
        const traffic = served.map(({ at, version, weight }) => ({ at, version, weight }));
        return { status: 200, body: chartOf(known, { weights, traffic, points }) };
      },
    }),
    defineRoute({
      ...read,
      path: '/v1/apps/{app}/compare',
      operationId: 'compareRevisions',
      summary: 'Show what differs between two revisions of an app, as the files that people write',
      concerns: 'path.app',
      params: compareParamsSchema,
      query: compareQuerySchema,
      answers: { 200: { description: 'What differs', schema: comparedRevisionsSchema } },
      async handle({ params: { app }, query: { from, to } }) {
        await existingApp(db, app);
        return { status: 200, body: await comparedOf(db, { app, from, to }) };
      },
    }),
  ];
}

/** Throws `not_found` for a revision that is not there. */
async function comparedOf(
  db: Pool,
  {
    app,
    from,
    to,
  }: { readonly app: string; readonly from: string | undefined; readonly to: string | undefined },
): Promise<ComparedRevisions> {
  const environment = 'production';
  const before = from ?? (await readSplit(db, { app, environment }))?.stable;
  const after = to ?? (await listRevisions(db, { app, environment, limit: 1 })).items[0]?.digest ?? '';
  const [old, now] = await Promise.all([
    before === undefined ? undefined : requireRevision(db, { app, ref: before }),
    requireRevision(db, { app, ref: after }),
  ]);
  return compareRevisions(old, now);
}
