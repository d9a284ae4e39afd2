import { Client } from '@temporalio/client';
import { payloadConverter } from '../activities/temporal/payload-codec.ts';
import { createTemporalView } from '../activities/temporal/temporal-view.ts';
import { checkRole } from '../config-store/roles/check-role.ts';
import { assertPrimary } from '../config-store/postgres/assert-primary.ts';
import { createPool } from '../config-store/connection/create-pool.ts';
import { createActivities } from './activities.ts';
import { connectTemporal, runMain, runWorker, startProgram } from './program.ts';
import { startReconciler } from './reconciler/reconciler.ts';
import { createReleaseWorker } from './release-worker.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { readSettings } from './settings.ts';
import { untilReached } from './reconciler/until-reached.ts';

/** Carries releases on: their workflows, their looks, and the reconciler. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const program = startProgram('worker', settings.logLevel);
  const { log } = program;
  const db = createPool(settings.databaseUrl, { applicationName: 'sluice-worker' });
  const { connection: how, namespace, taskQueue, payloadKeys, refusePlainPayloads } = settings.temporal;
  const [{ connection, native, prepared }] = await Promise.all([
    connectTemporal(how, program, (each) => registerSearchAttributes(each, namespace)),
    untilReached('PostgreSQL', () => assertPrimary(db), program),
  ]);
  await checkRole(db, settings.roleCheck, log);
  if (prepared.kind === 'unavailable')
    log.warn(`releases are not listed by search attributes in the Temporal UI: ${prepared.why}`);
  const temporal = createTemporalView(
    new Client({ connection, namespace, ...payloadConverter(payloadKeys) }),
  );
  const worker = await createReleaseWorker({
    connection: native,
    namespace,
    taskQueue,
    log,
    stickyTimeoutMs: settings.stickyTimeoutMs,
    ...payloadConverter(payloadKeys, { refusePlain: refusePlainPayloads }),
    activities: createActivities({
      db,
      temporal,
      settings,
      hasSearchAttributes: () => prepared.kind === 'available',
    }),
  });
  const reconciler = startReconciler({ db, temporal, taskQueue, log, ...settings.reconciler });
  await runWorker(worker, program, {
    metrics: settings.metrics,
    async close() {
      await reconciler.stop();
      await Promise.allSettled([native.close(), connection.close(), db.end()]);
    },
  });
}

/** The worker's program, until it is told to stop. */
export function runReleaseWorker(): void {
  runMain('worker', main);
}
