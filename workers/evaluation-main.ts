import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { payloadConverter } from '../activities/temporal/payload-codec.ts';
import { checkRole } from '../config-store/roles/check-role.ts';
import { assertPrimary } from '../config-store/postgres/assert-primary.ts';
import { createPool } from '../config-store/connection/create-pool.ts';
import { freshKeyIds, sampleKeyIds } from '../config-store/gateway-view/sample-key-ids.ts';
import { requireKnownKey } from '../program/data-keys.ts';
import { evaluationQueue } from '../domain/evaluation/evaluation-queue.ts';
import { keepScoring } from '../activities/live/live-scoring.ts';
import { messageOf } from '../domain/errors.ts';
import { createPatience } from '../evals/patience/patient-caller.ts';
import { createSharedSandboxes } from '../sandbox/shared-sandboxes.ts';
import { createMeasuringActivities } from './measuring-activities.ts';
import { createStableWatch } from './stable-watch.ts';
import { createEvaluationWorker } from './evaluation-worker.ts';
import { readEvaluationSettings, type EvaluationSettings } from './evaluation-settings.ts';
import { connectTemporal, runMain, runWorker, startProgram, type Program } from './program.ts';
import { untilReached } from './reconciler/until-reached.ts';

/**
 * Runs evaluations and mirror replays: teams' suites, and what models answer. It renews no lease and carries no release
 * on, so whatever it is kept busy by, looks go on in the worker beside it.
 */
async function main(): Promise<void> {
  const settings = readEvaluationSettings(process.env);
  const program = startProgram('evaluation-worker', settings.logLevel);
  const db = createPool(settings.databaseUrl, { applicationName: 'sluice-evaluation' });
  await untilReached('PostgreSQL', () => assertPrimary(db), program);
  await checkRole(db, settings.roleCheck, program.log);
  requireKnownKey(settings.evaluation.dataKeys, await sampleKeyIds(db, 'production'));
  await warnOfFreshKeys(db, settings.evaluation, program.log);
  const { connection: how, namespace, taskQueue, payloadKeys, refusePlainPayloads } = settings.temporal;
  const { connection, native } = await connectTemporal(how, program, () => Promise.resolve());
  const worker = await createEvaluationWorker({
    connection: native,
    namespace,
    taskQueue: evaluationQueue(taskQueue),
    log: program.log,
    ...payloadConverter(payloadKeys, { refusePlain: refusePlainPayloads }),
    activities: {
      ...createMeasuringActivities({ db, settings: settings.evaluation }),
      ...createStableWatch({ db, settings: settings.evaluation }),
    },
  });
  const scoring = scoreLiveAnswers(db, settings.evaluation, program);
  await runWorker(worker, program, {
    metrics: settings.metrics,
    async close() {
      await scoring;
      return Promise.allSettled([native.close(), connection.close(), db.end()]);
    },
  });
}

/** Beside the activities: no caller and no activity waits for it. Without a key for what is fresh there is nothing to score. */
async function scoreLiveAnswers(
  db: Pool,
  { staging, internalToken, freshKeys, concurrency, patienceMs }: EvaluationSettings,
  { log, signal }: Program,
): Promise<void> {
  if (freshKeys === undefined) return;
  await keepScoring({
    ...{ db, freshKeys, concurrency, signal, binding: staging.binding, sandboxes: createSharedSandboxes() },
    gateway: { baseUrl: staging.gatewayUrl, internalToken, timeoutMs: verdictTimeoutMs },
    // Its own: what waits for an evaluation's provider is no reason to stop here.
    patience: createPatience({ atOnce: concurrency, patienceMs }),
    onFailure(error, release) {
      log.warn({ error: messageOf(error), release }, 'live answers cannot be scored');
    },
  });
}

/** Longer than any judge's own time. */
const verdictTimeoutMs = 11 * 60_000;

/** Fresh samples live for an hour: those of another key are no reason not to start, and go by themselves. */
async function warnOfFreshKeys(
  db: Pool,
  { freshKeys }: EvaluationSettings,
  log: Pick<Logger, 'warn'>,
): Promise<void> {
  const ids = await freshKeyIds(db, 'production');
  if (freshKeys === undefined && ids.length > 0)
    log.warn('SLUICE_FRESH_KEY is not set: mirrors do not ask the fresh samples that there are');
  if (freshKeys === undefined || ids.length === 0 || freshKeys.all.some(({ id }) => ids.includes(id))) return;
  log.warn(
    { ours: freshKeys.current.id, theirs: ids },
    'SLUICE_FRESH_KEY opens none of the fresh samples here',
  );
}

runMain('evaluation worker', main);
