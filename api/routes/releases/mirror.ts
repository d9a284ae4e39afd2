import type { Pool } from 'pg';
import { z } from 'zod';
import type { EvalRunRow } from '../../../config-store/evaluations/eval-run-row.ts';
import { readMirrored, type MirroredRow } from '../../../config-store/evaluations/mirrored.ts';
import { readEvalRun } from '../../../config-store/evaluations/read-eval-run.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { SluiceError } from '../../../domain/errors.ts';
import type { SealingKeys } from '../../../program/data-keys.ts';
import { mirroredPlace } from '../../../program/mirrored-place.ts';
import { open } from '../../../program/sealing.ts';
import { listPredicted } from '../../../config-store/releases/list-predicted.ts';
import { nameSchema } from '../../../domain/revision/names.ts';
import { calibrationOf } from '../../releases/calibration.ts';
import { scoredPredictions, type ScoredPrediction } from '../../releases/scored-predictions.ts';
import { existingApp } from '../existing-app.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import {
  calibrationQuerySchema,
  calibrationSchema,
  mirroredAnswerSchema,
  mirroredPairsQuerySchema,
  mirroredPairsSchema,
  mirroredRequestSchema,
  mirrorReportSchema,
  plannedMirrorSchema,
  storedMirrorSchema,
  type MirroredPairs,
  type MirrorReport,
} from '../../schemas/mirror.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';

interface MirrorRoutesParts {
  readonly db: Pool;
  /** What opens what mirrors kept; without, nobody is shown it here. */
  readonly mirrorKeys?: SealingKeys | undefined;
}

/** What a release's mirror came to: figures for who may read, and what was said for who may read content. */
export function mirrorRoutes(parts: MirrorRoutesParts): Route[] {
  return [readMirrorRoute(parts), listPairsRoute(parts), calibrateRoute(parts)];
}

/** In figures: whoever may read. */
function readMirrorRoute({ db }: MirrorRoutesParts): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases/{id}/mirror',
    operationId: 'readMirror',
    summary: "Show what a release's mirror compared, in figures",
    role: 'viewer',
    action: 'read',
    concerns: 'path.release',
    params: releaseParamsSchema,
    answers: { 200: { description: 'What it came to', schema: mirrorReportSchema } },
    async handle({ params: { id } }) {
      const mirror = await requireMirror(db, id);
      const predictions = await scoredPredictions(db, [id]);
      return { status: 200, body: reportOf(mirror, predictions) };
    },
  });
}

/** What was said: whoever may read content. */
function listPairsRoute({ db, mirrorKeys }: MirrorRoutesParts): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases/{id}/mirror/pairs',
    operationId: 'listMirroredPairs',
    summary:
      "Show the worst pairs of a release's mirror: what was asked and what either arm answered, redacted; each read is audited",
    role: 'viewer',
    action: 'read',
    concerns: 'path.release',
    content: true,
    params: releaseParamsSchema,
    query: mirroredPairsQuerySchema,
    answers: { 200: { description: 'The worst pairs, the worst first', schema: mirroredPairsSchema } },
    async handle({ params: { id }, query: { limit } }) {
      const { run, environment } = await requireMirror(db, id);
      if (mirrorKeys === undefined) {
        throw new SluiceError('conflict', 'This API has no key that opens what mirrors keep.', {
          remedy: 'Give it and the evaluation worker the same SLUICE_MIRROR_KEY.',
        });
      }
      const worst = storedOf(run)?.decision?.worst.slice(0, limit) ?? [];
      const rows = await readMirrored(db, { runId: run.id, caseIds: worst.map((pair) => pair.id) });
      const openPart = partOpener({ keys: mirrorKeys, app: run.app, environment, runId: run.id }, rows);
      const items = worst.map((pair) => ({ ...pair, ...openPart(pair.id) }));
      return { status: 200, body: { items } };
    },
  });
}

/** How predictions did, over releases. */
function calibrateRoute({ db }: MirrorRoutesParts): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/apps/{app}/mirror-calibration',
    operationId: 'calibrateMirror',
    summary: "Hold what an app's mirrors predicted beside what the canaries showed",
    role: 'viewer',
    action: 'read',
    concerns: 'path.app',
    params: z.object({ app: nameSchema }),
    query: calibrationQuerySchema,
    answers: { 200: { description: 'How predictions did, the newest first', schema: calibrationSchema } },
    async handle({ params: { app }, query: { limit } }) {
      await existingApp(db, app);
      const releases = await listPredicted(db, { app, limit });
      const ids = releases.map(({ id }) => id);
      return { status: 200, body: calibrationOf(releases, await scoredPredictions(db, ids)) };
    },
  });
}

interface MirrorOfRelease {
  readonly run: EvalRunRow;
  readonly environment: string;
}

async function requireMirror(db: Pool, releaseId: string): Promise<MirrorOfRelease> {
  const { environment } = await requireRelease(db, releaseId);
  const run = await readEvalRun(db, `${releaseId}-mirror`);
  if (run !== undefined) return { run, environment };
  throw new SluiceError('not_found', `The release ${releaseId} has no mirror.`, {
    remedy:
      'It has not come to it yet, its plan skips it, or its samples have expired: sluice release status.',
  });
}

function storedOf({ decision }: EvalRunRow): z.infer<typeof storedMirrorSchema> | undefined {
  return decision === undefined ? undefined : storedMirrorSchema.parse(decision);
}

function reportOf({ run }: MirrorOfRelease, predictions: readonly ScoredPrediction[]): MirrorReport {
  const { releaseId = '', app, candidate, stable, createdAt, decidedAt } = run;
  const { samples, margin, minPairs, choice } = plannedMirrorSchema.parse(run.planned);
  const { gate, decision } = storedOf(run) ?? {};
  return {
    ...{ releaseId, app, candidate, createdAt, samples: samples.length, margin, minPairs },
    ...(stable === undefined ? {} : { stable }),
    ...(decidedAt === undefined ? {} : { decidedAt }),
    ...(choice === undefined ? {} : { choice }),
    predictions: predictions.map(({ releaseId: _, ...predicted }) => predicted),
    worst: [],
    // As their schema has them: what is stored beside what is shown is left out.
    ...gate,
    ...decision,
  };
}

type Parts = Omit<MirroredPairs['items'][number], 'id' | 'later' | 'why'>;

interface SealedPairs {
  readonly keys: SealingKeys;
  readonly app: string;
  readonly environment: string;
  readonly runId: string;
}

/** Opens what is kept of a sample. Throws `forbidden` where another key has sealed it. */
function partOpener(
  { keys, ...place }: SealedPairs,
  rows: readonly MirroredRow[],
): (caseId: string) => Parts {
  const byCase = Map.groupBy(rows, ({ caseId }) => caseId);
  return (caseId) => {
    const parts = (byCase.get(caseId) ?? []).map(({ part, body }): Parts => {
      const text = open(keys, mirroredPlace({ ...place, caseId, part }), body).toString('utf8');
      const content: unknown = JSON.parse(text);
      return part === 'request'
        ? { request: mirroredRequestSchema.parse(content) }
        : { [part]: mirroredAnswerSchema.parse(content) };
    });
    return parts.reduce((whole, part) => ({ ...whole, ...part }), {});
  };
}
