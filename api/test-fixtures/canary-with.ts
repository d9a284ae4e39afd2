import { openRelease } from '../../config-store/releases/open-release.ts';
import { recordStage } from '../../config-store/releases/progress/record-stage.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { raise } from '../../config-store/test-fixtures/release-fixture.ts';
import { storeChecks, type LookedAt } from '../../tests/support/store-checks.ts';
import type { ApiUnderTest } from './api-under-test.ts';
import { createBank, start } from './bank.ts';

const plan = {
  ...{ evaluate: 'skip', mirror: 'skip' },
  steps: [
    { weight: 5, hold: '10m' },
    { weight: 100, hold: '1s' },
  ],
};

/** A release at 5 % that has been looked at so. */
export async function canaryWith(
  api: ApiUnderTest,
  looks: readonly LookedAt[],
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
  await raise(api.db, opened, { weight: 5, expectedVersion: opened.splitVersion, operation: 'canary-5/1' });
  const splitVersion = opened.splitVersion + 1;
  await storeChecks(api.db, { releaseId: id, stage: 'canary-5', splitVersion, weight: 5 }, looks);
  return { app, id };
}
