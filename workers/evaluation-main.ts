import { payloadConverter } from '../activities/temporal/payload-codec.ts';
import { checkRole } from '../config-store/roles/check-role.ts';
import { createPool } from '../config-store/connection/create-pool.ts';
import { sampleKeyIds } from '../config-store/gateway-view/sample-key-ids.ts';
import { requireKnownKey } from '../program/data-keys.ts';
import { evaluationQueue } from '../domain/evaluation/evaluation-queue.ts';
import { createMeasuringActivities } from './measuring-activities.ts';
import { createEvaluationWorker } from './evaluation-worker.ts';
import { readEvaluationSettings } from './evaluation-settings.ts';
import { connectTemporal, runMain, runWorker, startProgram } from './program.ts';
import { untilReached } from './reconciler/until-reached.ts';

/**
 * Runs evaluations and mirror replays: teams' suites, and what models answer. It renews no lease and carries no release
 * on, so whatever it is kept busy by, looks go on in the worker beside it.
 */
async function main(): Promise<void> {
  const settings = readEvaluationSettings(process.env);
  const program = startProgram('evaluation-worker', settings.logLevel);
  const db = createPool(settings.databaseUrl, { applicationName: 'sluice-evaluation' });
  await untilReached('PostgreSQL', () => db.query('select 1'), program);
  await checkRole(db, settings.roleCheck, program.log);
  requireKnownKey(settings.evaluation.dataKeys, await sampleKeyIds(db, 'production'));
  const { connection: how, namespace, taskQueue, payloadKeys, refusePlainPayloads } = settings.temporal;
  const { connection, native } = await connectTemporal(how, program, () => Promise.resolve());
  const worker = await createEvaluationWorker({
    connection: native,
    namespace,
    taskQueue: evaluationQueue(taskQueue),
    ...payloadConverter(payloadKeys, { refusePlain: refusePlainPayloads }),
    activities: createMeasuringActivities({ db, settings: settings.evaluation }),
  });
  await runWorker(worker, program, {
    metrics: settings.metrics,
    close: () => Promise.allSettled([native.close(), connection.close(), db.end()]),
  });
}

runMain('evaluation worker', main);
