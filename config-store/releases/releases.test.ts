import { mayFollow, openStates, outcomes, type ReleaseState } from '../../domain/release/release.ts';
import { closeRelease } from './close-release.ts';
import { createRelease } from './create-release.ts';
import { listReleases } from './list-releases.ts';
import { openRelease } from './open-release.ts';
import { makeStable } from '../test-fixtures/unfounded-writes.ts';
import { publishApp } from '../apps/publish-app.ts';
import { readLease } from '../test-fixtures/read-lease.ts';
import { readOpenRelease } from './read-open-release.ts';
import { readRelease } from './read-release.ts';
import { readSplit } from '../splits/read-split.ts';
import { rollback } from '../splits/rollback.ts';
import { setFirstRunId } from './progress/set-first-run-id.ts';
import { setPublished } from '../revisions/set-published.ts';
import { setReleaseState } from './progress/set-release-state.ts';
import {
  createApp,
  environment,
  plan,
  publish,
  raise,
  startRelease,
} from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import type { ReleaseToCreate } from './release-row.ts';
import { withdrawRelease } from '../splits/withdraw-release.ts';

const store = useDatabase();
const actor = 'user:ada';

async function requestFor(app: string, label: string): Promise<ReleaseToCreate> {
  const revision = await publish(store.db, app, label);
  return { app, environment, revision, planName: 'default', plan, suites: [], provenance: {}, actor };
}

describe('createRelease', () => {
  it('opens a release in state starting and remembers what it is compared with', async () => {
    const { app, a } = await createApp(store.db);
    const created = await createRelease(store.db, await requestFor(app, 'b'));
    expect(created).toMatchObject({
      state: 'starting',
      stable: a,
      label: 'b',
      plan,
      workflowId: `release/${app}`,
    });
    expect(created.id).toMatch(/^rel_[0-9a-f]{32}$/);
    expect(await readOpenRelease(store.db, { app, environment })).toEqual(created);
  });

  it('gives the same release for the same idempotency key, at once or later (invariant 18)', async () => {
    const { app } = await createApp(store.db);
    const request = { ...(await requestFor(app, 'b')), idempotencyKey: 'ci-1' };
    const both = await Promise.all([createRelease(store.db, request), createRelease(store.db, request)]);
    expect(both[0]).toEqual(both[1]);
    await expect(createRelease(store.db, request)).resolves.toMatchObject({ id: both[0].id });
    const other = { ...(await requestFor(app, 'c')), idempotencyKey: 'ci-1' };
    await expect(createRelease(store.db, other)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses a busy app, one without stable, and the stable revision itself', async () => {
    const { app, a } = await createApp(store.db);
    const stable = { ...(await requestFor(app, 'b')), revision: a };
    await expect(createRelease(store.db, stable)).rejects.toMatchObject({ code: 'conflict' });
    const { id } = await createRelease(store.db, await requestFor(app, 'b'));
    await expect(createRelease(store.db, await requestFor(app, 'c'))).rejects.toMatchObject({
      code: 'busy',
      details: { releaseId: id, openedBy: actor },
    });
    await publishApp(store.db, { name: 'not-active', actor });
    await expect(createRelease(store.db, await requestFor('not-active', 'b'))).rejects.toMatchObject({
      code: 'not_active',
    });
  });
});

describe('openRelease', () => {
  it('lets the release progress for its run alone, as often as it is asked', async () => {
    const { app } = await createApp(store.db);
    const { id } = await createRelease(store.db, await requestFor(app, 'b'));
    const opening = { releaseId: id, app, runId: 'run-1', actor };
    const opened = await openRelease(store.db, opening);
    expect(opened).toMatchObject({
      splitVersion: 1,
      salt: id,
      release: { state: 'progressing', firstRunId: 'run-1' },
    });
    await expect(openRelease(store.db, opening)).resolves.toMatchObject({ splitVersion: 1, salt: id });
    await expect(openRelease(store.db, { ...opening, runId: 'run-2' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await setFirstRunId(store.db, { releaseId: id, runId: 'run-2' });
    expect(await readRelease(store.db, id)).toMatchObject({ firstRunId: 'run-1' });
  });

  it('refuses a release that has ended, and one of another app', async () => {
    const { app } = await createApp(store.db);
    const { id } = await createRelease(store.db, await requestFor(app, 'b'));
    await expect(
      openRelease(store.db, { releaseId: id, app: 'other', runId: 'run', actor }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await closeRelease(store.db, {
      releaseId: id,
      outcome: 'failed',
      reason: 'Temporal was away',
      actor: 'system:release',
    });
    await expect(openRelease(store.db, { releaseId: id, app, runId: 'run', actor })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(
      openRelease(store.db, { releaseId: 'rel_none', app, runId: 'run', actor }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('makes the release of a workflow that was started by hand from what was published', async () => {
    const { app, a } = await createApp(store.db);
    const revision = await publish(store.db, app, 'b');
    const startFromTemporal = 'releaser' as const;
    const opening = {
      ...{ app, revision: 'b', runId: '0199-run', actor: 'temporal:unidentified' },
      startFromTemporal,
    };
    await expect(openRelease(store.db, opening)).rejects.toMatchObject({ code: 'not_found' });
    const suites = [{ name: 'core', digest: 'd', content: { tests: [] } }];
    await setPublished(store.db, { app, plans: { default: plan }, suites, actor });
    const opened = await openRelease(store.db, opening);
    expect(opened.release).toMatchObject({
      id: '0199-run',
      revision,
      stable: a,
      suites,
      state: 'progressing',
    });
    await expect(openRelease(store.db, opening)).resolves.toMatchObject({ release: { id: '0199-run' } });
    await expect(openRelease(store.db, { ...opening, runId: 'another' })).rejects.toMatchObject({
      code: 'busy',
      details: { releaseId: '0199-run' },
    });
  });
});

describe('the states of a release (invariant 4)', () => {
  it('move only along the graph', async () => {
    const { app } = await createApp(store.db);
    const { release } = await startRelease(store.db, app, 'b');
    const set = (to: 'progressing' | 'paused') =>
      setReleaseState(store.db, { releaseId: release.id, to, reason: to });
    expect(await set('progressing')).toEqual({ changed: false, state: 'progressing' });
    expect(await set('paused')).toEqual({ changed: true, state: 'paused' });
    expect(await set('progressing')).toEqual({ changed: true, state: 'progressing' });
    const bad = { app, environment, takeOut: 'b', actor: 'system:release', reason: 'bad' };
    await rollback(store.db, { ...bad, operationId: 'x' });
    expect(await set('progressing')).toEqual({ changed: false, state: 'rolling_back' });
    await closeRelease(store.db, {
      releaseId: release.id,
      outcome: 'rolled_back',
      reason: 'bad',
      actor: 'system:release',
    });
    expect(await set('paused')).toEqual({ changed: false, state: 'rolled_back' });
  });

  it('are the same graph in the database, whoever writes', async () => {
    const states = [...openStates, ...outcomes];
    const { rows } = await store.db.query<{ from: ReleaseState; to: ReleaseState; may: boolean }>(
      'select a as "from", b as "to", may_follow(a, b) as may from unnest($1::text[]) a, unnest($1::text[]) b',
      [states],
    );
    expect(rows).toHaveLength(states.length ** 2);
    expect(rows.filter(({ from, to, may }) => may !== mayFollow(from, to))).toEqual([]);
    const { app } = await createApp(store.db);
    const { release } = await startRelease(store.db, app, 'b');
    await expect(
      store.db.query(`update release set state = 'starting' where id = $1`, [release.id]),
    ).rejects.toThrow('is progressing: it cannot be starting next');
  });

  it('end from each open state exactly where the graph leads', async () => {
    const ends = outcomes.filter((outcome) => outcome !== 'promoted');
    for (const from of openStates.filter((state) => state !== 'rolling_back')) {
      for (const outcome of ends) {
        const { app } = await createApp(store.db);
        const { release } = await startRelease(store.db, app, 'b');
        // As if it had come there: the graph does not lead everywhere from where it is.
        await store.db.query(`begin; set local session_replication_role = replica;
          update release set state = '${from}' where id = '${release.id}'; commit`);
        const closing = closeRelease(store.db, {
          releaseId: release.id,
          outcome,
          reason: 'r',
          actor: 'system:release',
        });
        if (mayFollow(from, outcome)) await expect(closing).resolves.toMatchObject({ state: outcome });
        else await expect(closing).rejects.toMatchObject({ code: 'conflict' });
      }
    }
  }, 60_000);
});

describe('withdrawRelease', () => {
  it('leaves a release alone that a workflow has begun since it was read (invariant 6)', async () => {
    const { app } = await createApp(store.db);
    const { release } = await startRelease(store.db, app, 'b');
    const withdrawal = {
      releaseId: release.id,
      expectedVersion: 1,
      operationId: 'lost',
      actor,
      reason: 'its workflow never started',
      ending: 'failed' as const,
    };
    await expect(withdrawRelease(store.db, { ...withdrawal, firstRunId: undefined })).resolves.toBe('moved');
    expect(await readRelease(store.db, release.id)).toMatchObject({ state: 'progressing' });
    const { firstRunId } = release;
    await expect(withdrawRelease(store.db, { ...withdrawal, firstRunId })).resolves.toBe('done');
    expect(await readRelease(store.db, release.id)).toMatchObject({ state: 'rolling_back' });
  });
});

describe('closeRelease', () => {
  it('ends as the rollback said when it began, once', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    const releaseId = opened.release.id;
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await rollback(store.db, { app, environment, actor, reason: 'x', operationId: 'x', ending: 'aborted' });
    const closed = await closeRelease(store.db, {
      releaseId,
      outcome: 'failed',
      reason: 'first',
      actor: 'system:release',
    });
    expect(closed).toMatchObject({ state: 'aborted', reason: 'first' });
    expect(await readLease(store.db, { app, environment })).toBeUndefined();
    await expect(
      closeRelease(store.db, { releaseId, outcome: 'failed', reason: 'second', actor: 'system:release' }),
    ).resolves.toEqual(closed);
  });

  it('leaves no candidate on the traffic', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await expect(
      closeRelease(store.db, {
        releaseId: opened.release.id,
        outcome: 'failed',
        reason: 'x',
        actor: 'system:release',
      }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a promotion', () => {
  const promotion = (releaseId: string, expectedVersion: number) => ({
    releaseId,
    operationId: `${releaseId}/finish`,
    expectedVersion,
    actor: 'system:release',
    reason: 'passed',
  });

  it('makes the candidate stable and closes its release, and a repeat says so', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 95, expectedVersion: 1 });
    const { id, revision } = opened.release;
    await expect(makeStable(store.db, promotion(id, 2))).resolves.toEqual({
      kind: 'written',
      version: 3,
    });
    await expect(makeStable(store.db, promotion(id, 2))).resolves.toEqual({
      kind: 'repeated',
      version: 3,
    });
    const split = await readSplit(store.db, { app, environment });
    expect(split).toMatchObject({ stable: revision, weight: 0, version: 3 });
    expect(split).not.toHaveProperty('candidate');
    expect(split).not.toHaveProperty('counting');
    expect(await readRelease(store.db, id)).toMatchObject({
      state: 'promoted',
      closedAt: expect.any(String) as string,
    });
    expect(await readLease(store.db, { app, environment })).toBeUndefined();
  });

  it('does not promote what was paused, moved, or never put on the traffic', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    const { id } = opened.release;
    await expect(makeStable(store.db, promotion(id, 1))).rejects.toMatchObject({ code: 'conflict' });
    await raise(store.db, opened, { weight: 95, expectedVersion: 1 });
    await expect(makeStable(store.db, promotion(id, 1))).resolves.toEqual({
      kind: 'moved',
      version: 2,
    });
    await setReleaseState(store.db, { releaseId: id, to: 'paused' });
    await expect(makeStable(store.db, promotion(id, 2))).resolves.toEqual({
      kind: 'not-progressing',
      state: 'paused',
    });
  });
});

it('lists releases newest first, open or closed', async () => {
  const { app } = await createApp(store.db);
  const first = await createRelease(store.db, await requestFor(app, 'b'));
  await closeRelease(store.db, {
    releaseId: first.id,
    outcome: 'failed',
    reason: 'x',
    actor: 'system:release',
  });
  const second = await createRelease(store.db, await requestFor(app, 'c'));
  const ids = async (state?: 'open' | 'closed') =>
    (await listReleases(store.db, { app, state })).items.map(({ id }) => id);
  expect(await ids()).toEqual([second.id, first.id]);
  expect(await ids('open')).toEqual([second.id]);
  expect(await ids('closed')).toEqual([first.id]);
  const named = async (name: string) =>
    (await listReleases(store.db, { named: name })).items.map(({ id }) => id);
  expect(await named(app)).toEqual([second.id, first.id]);
  expect(await named(first.id.slice(0, 20))).toEqual([first.id]);
  expect(await named(first.id.slice('rel_'.length, 20))).toEqual([first.id]);
  expect(await named('rel_none')).toEqual([]);
});
