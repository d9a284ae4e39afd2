import { createBank, start } from '../../../api/test-fixtures/bank.ts';
import type { ApiUnderTest } from '../../../api/test-fixtures/api-under-test.ts';
import { openRelease } from '../../../config-store/releases/open-release.ts';
import { recordStage } from '../../../config-store/releases/progress/record-stage.ts';
import { setProgress } from '../../../config-store/releases/progress/set-progress.ts';
import { readRelease } from '../../../config-store/releases/read-release.ts';
import { raise } from '../../../config-store/test-fixtures/release-fixture.ts';
import { storeChecks } from '../../support/store-checks.ts';

const plan = {
  ...{ evaluate: 'skip', mirror: 'skip' },
  steps: [
    { weight: 5, hold: '10m' },
    { weight: 100, hold: '1s' },
  ],
};

/** A release at 5 % of which a dozen checks have been made. */
export async function startMeasured(
  api: ApiUnderTest,
): Promise<{ readonly app: string; readonly id: string }> {
  const { app } = await createBank(api.db);
  const { id } = (await start(api, app, { more: { plan } })).body;
  const runId = (await readRelease(api.db, id))?.firstRunId ?? '';
  const opened = await openRelease(api.db, { releaseId: id, app, runId, actor: 'test' });
  await recordStage(api.db, {
    ...{ releaseId: id, stage: 'evaluate', outcome: 'skipped', summary: 'by the plan' },
    startedAt: new Date().toISOString(),
  });
  await setProgress(api.db, { releaseId: id, stage: 'canary-5', progress: {} });
  await raise(api.db, opened, {
    ...{ weight: 5, expectedVersion: opened.splitVersion, operation: 'canary-5/1' },
  });
  const looks = Array.from({ length: 12 }, (_, i) => ({
    exposed: 60,
    candidateBad: i % 3,
    stableBad: i % 2,
  }));
  const step = { releaseId: id, stage: 'canary-5', splitVersion: opened.splitVersion + 1, weight: 5 };
  await storeChecks(api.db, step, looks);
  return { app, id };
}
