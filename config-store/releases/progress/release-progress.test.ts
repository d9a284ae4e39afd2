import { apply, newProgress } from '../../../domain/release/progress.ts';
import { beginRestart } from './begin-restart.ts';
import { claimReleaseProgress } from './claim-release-progress.ts';
import { openRelease } from '../open-release.ts';
import { saveReleaseProgress } from './save-release-progress.ts';
import { createApp, startRelease } from '../../test-fixtures/release-fixture.ts';
import { useDatabase } from '../../test-fixtures/use-database.ts';

const store = useDatabase();
const step = { stage: 'canary-5', weight: 5, holdMs: 400, minExposures: 10, bake: false };
const course = {
  ...{
    steps: [step],
    compare: { ...step, stage: 'compare' },
    maxHoldMs: 1,
    onInconclusive: 'pause' as const,
  },
  ...{ maxPauseMs: 1, maxBlindMs: 1, leaseMs: 1 },
};
const begun = newProgress({ course, splitVersion: 1 }, 0);
const entered = apply(begun, { kind: 'entered', stage: 'evaluate', stageIndex: 0, atMs: 1 });
const left = apply(entered, { kind: 'left' });

/** A release whose first run is `run-<id>`. */
async function begin() {
  const { app } = await createApp(store.db);
  const { release } = await startRelease(store.db, app, 'b');
  const releaseId = release.id;
  const firstRunId = release.firstRunId ?? '';
  return {
    save: (progress: typeof begun, runId = firstRunId, first = firstRunId) =>
      saveReleaseProgress(store.db, { releaseId, runId, firstRunId: first, progress }),
    claim: (runId: string, continuedRunId?: string) =>
      claimReleaseProgress(store.db, { releaseId, runId, continuedRunId }),
    firstRunId,
  };
}

describe('the state of a release in its row', () => {
  it('is what its run has kept last, and never an older one', async () => {
    const { save, claim, firstRunId } = await begin();
    expect(await claim(firstRunId)).toBeUndefined();
    await save(left);
    await save(entered);
    expect(await claim(firstRunId)).toEqual(JSON.parse(JSON.stringify(left)));
  });

  it('goes over to the run that continues its own, which alone writes it from then on', async () => {
    const { save, claim, firstRunId } = await begin();
    await save(entered);
    await expect(claim('forged')).rejects.toMatchObject({ code: 'conflict' });
    await expect(claim('forged', 'forged-too')).rejects.toMatchObject({ code: 'conflict' });
    expect(await claim('second', firstRunId)).toMatchObject({ stage: 'evaluate' });
    await expect(save(left)).rejects.toMatchObject({ code: 'conflict' });
    await save(left, 'second');
    expect(await claim('second', firstRunId)).toMatchObject({ stageIndex: 1 });
  });

  it('goes over to the fresh run that replaces its own, not to one that continues the replaced one', async () => {
    const { app } = await createApp(store.db);
    const { release } = await startRelease(store.db, app, 'b');
    const { id: releaseId, firstRunId = '' } = release;
    const open = (runId: string) => openRelease(store.db, { releaseId, app, runId, actor: 'user:ada' });
    await saveReleaseProgress(store.db, { releaseId, runId: firstRunId, firstRunId, progress: entered });
    const reason = 'its task keeps failing';
    await beginRestart(store.db, { releaseId, firstRunId, actor: 'system:reconciler', reason });
    expect((await open(firstRunId)).release).toMatchObject({ firstRunId, restarting: true });
    expect((await open('fresh')).release).toMatchObject({ firstRunId: 'fresh', restarting: false });
    await expect(open(firstRunId)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is kept for no run of another chain than its own', async () => {
    const { save } = await begin();
    await expect(save(entered, 'forged', 'forged')).rejects.toMatchObject({ code: 'conflict' });
  });
});
