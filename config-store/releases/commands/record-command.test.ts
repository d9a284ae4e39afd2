import { closeRelease } from '../close-release.ts';
import { createRelease } from '../create-release.ts';
import { endPause } from './end-pause.ts';
import { markCommandApplied } from './mark-command-applied.ts';
import { readCommands } from './read-commands.ts';
import { readRelease } from '../read-release.ts';
import { readSplit } from '../../splits/read-split.ts';
import { recordCommand } from './record-command.ts';
import { setProgress } from '../progress/set-progress.ts';
import {
  createApp,
  environment,
  plan,
  publish,
  raise,
  startRelease,
} from '../../test-fixtures/release-fixture.ts';
import { useDatabase } from '../../test-fixtures/use-database.ts';

const store = useDatabase();

async function atFivePercent() {
  const { app } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'b');
  await setProgress(store.db, { releaseId: opened.release.id, stage: 'canary-5', progress: {} });
  await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
  return { app, releaseId: opened.release.id };
}
const actor = 'user:ada';

describe('endPause', () => {
  it('ends a pause that is older than the command, never a later one (invariant 5)', async () => {
    const { releaseId } = await atFivePercent();
    const press = async (kind: 'pause' | 'promote', idempotencyKey: string) =>
      (await recordCommand(store.db, { releaseId, kind, actor, idempotencyKey })).command.id;
    // As under the code that knew no `resume`: every promotion was recorded, and its workflow ended the pause.
    const pressPromote = async (key: string) => {
      const { rows } = await store.db.query<{ id: string }>(
        `insert into command (release_id, kind, actor, idempotency_key) values ($1, 'promote', $2, $3) returning id`,
        [releaseId, actor, key],
      );
      return Number(rows[0]?.id);
    };
    const paused = await press('pause', 'k1');
    await markCommandApplied(store.db, { id: paused, result: 'paused' });
    const commandId = await pressPromote('k2');
    await press('pause', 'k3');
    await expect(endPause(store.db, { releaseId, commandId })).resolves.toEqual({ ended: false });
    expect(await readRelease(store.db, releaseId)).toMatchObject({ state: 'paused' });
    const later = await pressPromote('k4');
    await expect(endPause(store.db, { releaseId, commandId: later })).resolves.toEqual({ ended: true });
    expect(await readRelease(store.db, releaseId)).toMatchObject({ state: 'progressing' });
  });
});

describe('recordCommand', () => {
  it('pauses at once and answers with the weight that holds', async () => {
    const { releaseId } = await atFivePercent();
    const recorded = await recordCommand(store.db, { releaseId, kind: 'pause', actor, idempotencyKey: 'k1' });
    expect(recorded).toMatchObject({ repeated: false, weight: 5, command: { kind: 'pause', actor } });
    expect(await readRelease(store.db, releaseId)).toMatchObject({
      state: 'paused',
      reason: 'paused by user:ada',
    });
    await recordCommand(store.db, {
      releaseId,
      kind: 'resume',
      actor,
      idempotencyKey: 'k2',
      reason: 'looks fine',
    });
    expect(await readRelease(store.db, releaseId)).toMatchObject({
      state: 'progressing',
      reason: 'resumed by user:ada: looks fine',
    });
  });

  it('binds a promotion to the stage that it was given in: it skips no later one', async () => {
    const { releaseId } = await atFivePercent();
    const promote = { releaseId, kind: 'promote', actor, idempotencyKey: 'p1' } as const;
    const { command } = await recordCommand(store.db, promote);
    expect(command).toMatchObject({
      ...{ kind: 'promote', expectedStage: 'canary-5', expectedVersion: 2, expectedWeight: 5 },
    });
    await setProgress(store.db, { releaseId, stage: 'canary-25', progress: {} });
    await expect(recordCommand(store.db, promote)).resolves.toMatchObject({ repeated: true, command });
  });

  it.each([
    ['the stage', { expectedStage: 'canary-25' }],
    ['the weight', { expectedWeight: 25 }],
    ['the split version', { expectedVersion: 3 }],
  ])('refuses a promotion where %s is not what the person saw, and says what moved', async (_, seen) => {
    const { releaseId } = await atFivePercent();
    const promote = { releaseId, kind: 'promote', actor, idempotencyKey: 'p1', ...seen } as const;
    await expect(recordCommand(store.db, promote)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('it is in stage canary-5 at 5 % (split version 2)') as string,
      details: { stage: 'canary-5', weight: 5, splitVersion: 2 },
    });
  });

  it('promotes no stage that has entered and not yet written its own split', async () => {
    const { releaseId } = await atFivePercent();
    await setProgress(store.db, { releaseId, stage: 'canary-25', progress: {} });
    const promote = { releaseId, kind: 'promote', actor, idempotencyKey: 'p1' } as const;
    const seen = { expectedStage: 'canary-25', expectedWeight: 5, expectedVersion: 2 };
    await expect(recordCommand(store.db, { ...promote, ...seen })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('no step of its own is served') as string,
    });
  });

  it('promotes a paused release only where that is said, and then goes on in the same transaction', async () => {
    const { releaseId } = await atFivePercent();
    await recordCommand(store.db, { releaseId, kind: 'pause', actor: 'user:bob', idempotencyKey: 'k1' });
    const promote = { releaseId, kind: 'promote', actor, idempotencyKey: 'p1' } as const;
    await expect(recordCommand(store.db, promote)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('paused by user:bob') as string,
      remedy: expect.stringContaining('--resume') as string,
    });
    expect(await readRelease(store.db, releaseId)).toMatchObject({ state: 'paused' });
    await recordCommand(store.db, { ...promote, resume: true });
    expect(await readRelease(store.db, releaseId)).toMatchObject({ state: 'progressing' });
  });

  it('acts once for one idempotency key (invariant 18)', async () => {
    const { releaseId } = await atFivePercent();
    const pause = { releaseId, kind: 'pause', actor, idempotencyKey: 'k1' } as const;
    const [first, second] = await Promise.all([
      recordCommand(store.db, pause),
      recordCommand(store.db, pause),
    ]);
    expect([first.repeated, second.repeated].sort()).toEqual([false, true]);
    expect(first.command.id).toBe(second.command.id);
    await recordCommand(store.db, { releaseId, kind: 'resume', actor, idempotencyKey: 'k2' });
    // A late repeat of the pause does not pause again.
    await expect(recordCommand(store.db, pause)).resolves.toMatchObject({ repeated: true });
    expect(await readRelease(store.db, releaseId)).toMatchObject({ state: 'progressing' });
    await expect(recordCommand(store.db, { ...pause, kind: 'abort' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('takes the candidate out in the transaction of an abort, even while paused', async () => {
    const { app, releaseId } = await atFivePercent();
    await recordCommand(store.db, { releaseId, kind: 'pause', actor, idempotencyKey: 'k1' });
    const recorded = await recordCommand(store.db, { releaseId, kind: 'abort', actor, idempotencyKey: 'k2' });
    expect(recorded.weight).toBe(0);
    const split = await readSplit(store.db, { app, environment });
    expect(split).toMatchObject({ version: 3, weight: 0 });
    expect(split?.candidate).toBeUndefined();
    expect(await readRelease(store.db, releaseId)).toMatchObject({
      state: 'rolling_back',
      ending: 'aborted',
    });
  });

  it('aborts a release that its workflow has not begun', async () => {
    const { app } = await createApp(store.db);
    const revision = await publish(store.db, app, 'b');
    const request = {
      app,
      environment,
      revision,
      planName: 'default',
      plan,
      suites: [],
      provenance: {},
      actor,
    };
    const { id: releaseId } = await createRelease(store.db, request);
    await expect(
      recordCommand(store.db, { releaseId, kind: 'pause', actor, idempotencyKey: 'k1' }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await recordCommand(store.db, { releaseId, kind: 'abort', actor, idempotencyKey: 'k2' });
    expect(await readRelease(store.db, releaseId)).toMatchObject({ state: 'rolling_back' });
  });

  it('refuses what was decided on something else than what is there', async () => {
    const { releaseId } = await atFivePercent();
    await setProgress(store.db, { releaseId, stage: 'canary-5', progress: { looks: 1 } });
    const pause = { releaseId, kind: 'pause', actor } as const;
    for (const [key, seen] of Object.entries({
      a: { expectedStage: 'evaluate' },
      b: { expectedVersion: 1 },
    })) {
      await expect(recordCommand(store.db, { ...pause, ...seen, idempotencyKey: key })).rejects.toMatchObject(
        { code: 'conflict' },
      );
    }
    expect(await readCommands(store.db, { releaseId })).toEqual([]);
    await recordCommand(store.db, {
      ...pause,
      expectedStage: 'canary-5',
      expectedVersion: 2,
      idempotencyKey: 'c',
    });
    expect(await readRelease(store.db, releaseId)).toMatchObject({ state: 'paused', stage: 'canary-5' });
  });

  it('refuses commands to a release that is unknown, is being taken back, or has ended', async () => {
    const { releaseId } = await atFivePercent();
    const send = (kind: 'pause' | 'resume' | 'abort' | 'promote', key: string, id = releaseId) =>
      recordCommand(store.db, { releaseId: id, kind, actor, idempotencyKey: key });
    await expect(send('pause', 'k0', 'rel_none')).rejects.toMatchObject({ code: 'not_found' });
    await send('abort', 'k1');
    for (const kind of ['pause', 'resume', 'promote'] as const) {
      await expect(send(kind, kind)).rejects.toMatchObject({
        code: 'conflict',
        details: { state: 'rolling_back' },
      });
    }
    await closeRelease(store.db, {
      releaseId,
      outcome: 'aborted',
      reason: 'aborted by user:ada',
      actor: 'system:release',
    });
    await expect(send('abort', 'k3')).rejects.toMatchObject({
      code: 'conflict',
      details: { state: 'aborted' },
    });
  });

  it('is read by the workflow abort first, else oldest first, until it is applied', async () => {
    const { releaseId } = await atFivePercent();
    for (const kind of ['pause', 'resume', 'promote', 'abort'] as const) {
      await recordCommand(store.db, { releaseId, kind, actor, idempotencyKey: kind });
    }
    const commands = await readCommands(store.db, { releaseId });
    expect(commands.map(({ kind }) => kind)).toEqual(['abort', 'pause', 'resume', 'promote']);
    await markCommandApplied(store.db, { id: commands[0]!.id, result: 'aborted' });
    await markCommandApplied(store.db, { id: commands[0]!.id, result: 'something else' });
    expect((await readCommands(store.db, { releaseId })).map(({ kind }) => kind)).toEqual([
      'pause',
      'resume',
      'promote',
    ]);
  });
});
