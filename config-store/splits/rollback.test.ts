import { confirmRollback } from './confirm-rollback.ts';
import { closeRelease } from '../releases/close-release.ts';
import { heartbeat } from '../gateway-view/heartbeat.ts';
import { readFormerStables } from '../test-fixtures/read-former-stables.ts';
import { listAudit } from '../audit/list-audit.ts';
import { listHistory } from './list-history.ts';
import { readOpenRelease } from '../releases/read-open-release.ts';
import { readRelease } from '../releases/read-release.ts';
import { readSplit } from './read-split.ts';
import { renewLease } from '../test-fixtures/renew-lease.ts';
import { rollback, type RollbackRequest } from './rollback.ts';
import {
  createApp,
  environment,
  promote,
  publish,
  raise,
  startRelease,
} from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { readCondemnation } from './read-condemnation.ts';

const store = useDatabase();
let presses = 0;

function press(app: string, more: Partial<RollbackRequest> = {}) {
  presses += 1;
  const request = {
    app,
    environment,
    actor: 'user:ada',
    reason: 'bad answers',
    operationId: `press-${presses}`,
  };
  return rollback(store.db, { ...request, ...more });
}

async function serving(app: string) {
  const split = await readSplit(store.db, { app, environment });
  return { stable: split?.stable, candidate: split?.candidate, weight: split?.weight };
}

describe('rollback of a candidate', () => {
  it('leaves stable and sets the release rolling back in the same transaction (invariants 5, 7)', async () => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const takenOut = opened.release.revision;
    await expect(press(app)).resolves.toMatchObject({ kind: 'done', version: 3, takenOut, serving: a });
    expect(await serving(app)).toEqual({ stable: a, candidate: undefined, weight: 0 });
    expect(await readOpenRelease(store.db, { app, environment })).toMatchObject({
      state: 'rolling_back',
      ending: 'aborted',
      reason: 'bad answers',
    });
    expect(await readCondemnation(store.db, { app, environment, revision: takenOut })).toMatchObject({
      ...{ cause: 'person', actor: 'user:ada', reason: 'bad answers' },
    });
  });

  it.each([
    ['nothing was found to be wrong with it', { condemns: false }],
    ['its release has failed', { ending: 'failed' }],
    ['somebody else has moved the split', { ending: 'superseded' }],
  ] as const)('does not condemn it where %s, and a repeat changes nothing', async (_why, more) => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const { revision } = opened.release;
    const once = { takeOut: revision, operationId: `unjudged-${app}`, ...more };
    expect(await press(app, once)).toMatchObject({ kind: 'done', version: 3, serving: a });
    expect(await press(app, { ...once, condemns: true })).toMatchObject({ kind: 'done', version: 3 });
    expect(await serving(app)).toEqual({ stable: a, candidate: undefined, weight: 0 });
    expect(await readCondemnation(store.db, { app, environment, revision })).toBeUndefined();
  });

  it('answers already when pressed again, before and after the release has ended (invariant 8)', async () => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await press(app);
    await expect(press(app)).resolves.toMatchObject({ kind: 'already', version: 3, serving: a });
    await expect(press(app, { takeOut: 'b' })).resolves.toMatchObject({
      kind: 'already',
      version: 3,
      serving: a,
    });
    await closeRelease(store.db, {
      releaseId: opened.release.id,
      outcome: 'rolled_back',
      reason: 'done',
      actor: 'system:release',
    });
    await expect(press(app)).resolves.toMatchObject({ kind: 'already', version: 3, serving: a });
  });

  it('writes a version for an open release that has nothing on the traffic, once', async () => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    const takenOut = opened.release.revision;
    const first = await press(app, { takeOut: takenOut, ending: 'failed' });
    expect(first).toMatchObject({ kind: 'done', version: 2, takenOut, serving: a });
    expect(await readRelease(store.db, opened.release.id)).toMatchObject({
      state: 'rolling_back',
      ending: 'failed',
    });
    await expect(press(app, { takeOut: takenOut })).resolves.toMatchObject({
      kind: 'already',
      version: 2,
      serving: a,
    });
    // It never served, so it counts as taken back by nobody.
    expect(await readCondemnation(store.db, { app, environment, revision: takenOut })).toBeUndefined();
    expect((await listHistory(store.db, { app, environment })).items[0]).toMatchObject({
      kind: 'rollback',
      tookOut: [],
    });
  });

  it('returns what it stored when the same operation comes again', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const first = await press(app, { operationId: 'one' });
    await expect(press(app, { operationId: 'one' })).resolves.toEqual(first);
    expect(await readSplit(store.db, { app, environment })).toMatchObject({ version: 3 });
  });
});

describe('rollback of a stable revision', () => {
  it('takes nothing good out, however long after a candidate was: it says since when what serves (invariant 8)', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    const split = await readSplit(store.db, { app, environment });
    await raise(store.db, opened, { weight: 5, expectedVersion: split?.version ?? 0 });
    await press(app);
    await closeRelease(store.db, {
      releaseId: opened.release.id,
      outcome: 'rolled_back',
      reason: 'done',
      actor: 'system:release',
    });
    await store.db.query(`update split_history set at = at - interval '9 hours' where app = $1`, [app]);
    const { items } = await listHistory(store.db, { app, environment });
    const at = (version: number) => items.find((each) => each.version === version)?.at;
    const already = { kind: 'already', serving: b, takenOut: opened.release.revision };
    await expect(press(app)).resolves.toMatchObject({ ...already, takenOutAt: at(5), servingSince: at(3) });
    // Who has looked at what serves now, or names it, means it.
    await expect(press(app, { seen: { version: 5 } })).resolves.toMatchObject({ takenOut: b, serving: a });
  });

  it('takes out what its maker saw, and nothing where that is gone, or was brought back since', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await raise(store.db, opened, { weight: 5, expectedVersion: 3 });
    const { revision: c } = opened.release;
    await expect(press(app, { seen: { version: 4 } })).resolves.toMatchObject({ takenOut: c, serving: b });
    await expect(press(app, { seen: { version: 4 } })).resolves.toMatchObject({
      kind: 'already',
      takenOut: c,
    });
    await expect(press(app, { seen: { version: 3 } })).resolves.toMatchObject({ takenOut: b, serving: a });
    await expect(press(app, { to: 'b' })).resolves.toMatchObject({ kind: 'done', serving: b });
    await expect(press(app, { seen: { version: 3 } })).resolves.toMatchObject({
      kind: 'already',
      serving: b,
    });
    await expect(press(app, { seen: { version: 99 } })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('goes back to the one that served before, and pressed again brings nothing back (invariant 8)', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await expect(press(app)).resolves.toMatchObject({ kind: 'done', version: 4, takenOut: b, serving: a });
    await expect(press(app)).resolves.toMatchObject({ kind: 'already', version: 4, serving: a });
    await expect(press(app, { takeOut: 'b' })).resolves.toMatchObject({
      kind: 'already',
      version: 4,
      serving: a,
    });
    expect(await serving(app)).toMatchObject({ stable: a });
  });

  it('takes out one revision only when two press at the same moment', async () => {
    const { app, a } = await createApp(store.db);
    await promote(store.db, app, 'b');
    await promote(store.db, app, 'c');
    const results = await Promise.all([press(app), press(app), press(app)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['already', 'already', 'done']);
    const { stable } = await serving(app);
    expect(stable).not.toBe(a);
  });

  it('goes further back for who names what to take out, over what was taken back before', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await promote(store.db, app, 'c');
    await expect(press(app)).resolves.toMatchObject({ serving: b });
    await expect(press(app, { takeOut: 'b' })).resolves.toMatchObject({ kind: 'done', serving: a });
    await promote(store.db, app, 'd');
    await expect(press(app)).resolves.toMatchObject({ kind: 'done', serving: a });
  });

  it('goes back to one that a later release has promoted again', async () => {
    const { app } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await press(app);
    await promote(store.db, app, 'b');
    await promote(store.db, app, 'c');
    await expect(press(app)).resolves.toMatchObject({ kind: 'done', serving: b });
  });

  it('does not count an earlier rollback once something was promoted since', async () => {
    const { app, a } = await createApp(store.db);
    await promote(store.db, app, 'b');
    await press(app);
    const c = await promote(store.db, app, 'c');
    await expect(press(app)).resolves.toMatchObject({ kind: 'done', takenOut: c, serving: a });
  });

  it('does not take an aborted evaluation for the rollback of what serves', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await press(app, { takeOut: opened.release.revision, ending: 'aborted' });
    await closeRelease(store.db, {
      releaseId: opened.release.id,
      outcome: 'aborted',
      reason: 'aborted',
      actor: 'system:release',
    });
    await expect(press(app)).resolves.toMatchObject({ kind: 'done', takenOut: b, serving: a });
  });

  it('withdraws the candidate that is compared with it, whose release is superseded', async () => {
    const { app, a } = await createApp(store.db);
    await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await raise(store.db, opened, { weight: 5, expectedVersion: 3 });
    await expect(press(app, { takeOut: 'b' })).resolves.toMatchObject({ kind: 'done', serving: a });
    expect(await serving(app)).toEqual({ stable: a, candidate: undefined, weight: 0 });
    expect(await readRelease(store.db, opened.release.id)).toMatchObject({
      state: 'rolling_back',
      ending: 'superseded',
    });
    await expect(raise(store.db, opened, { weight: 25, expectedVersion: 5 })).resolves.toMatchObject({
      kind: 'not-progressing',
    });
  });

  it('has nowhere to go from the first stable revision', async () => {
    const { app, a } = await createApp(store.db);
    await expect(press(app)).rejects.toMatchObject({
      code: 'conflict',
      remedy: expect.stringContaining('--to') as string,
    });
    expect(await serving(app)).toMatchObject({ stable: a });
    expect(await readFormerStables(store.db, { app, environment })).toEqual([a]);
  });
});

describe('rollback --to', () => {
  it('serves what never was stable only by an override, which makes it a former stable', async () => {
    const { app } = await createApp(store.db);
    const never = await publish(store.db, app, 'never');
    await expect(press(app, { to: 'never' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'never was never stable there.',
    });
    const forced = { to: 'never', force: true, reason: 'the only one in French' };
    await expect(press(app, forced)).resolves.toMatchObject({ kind: 'done', serving: never, override: true });
    await expect(press(app, { to: 'never' })).resolves.toMatchObject({ kind: 'already', serving: never });
    const audit = (await listAudit(store.db, { app })).items;
    expect(audit.find(({ action }) => action === 'rollback.override')).toMatchObject({
      actor: 'user:ada',
      details: { revision: never, reason: 'the only one in French', wrong: 'never stable there' },
    });
    // What it replaced is not bad for that.
    await expect(press(app, { takeOut: 'never' })).resolves.toMatchObject({ kind: 'done' });
  });

  it('says what a gate or a guardrail has found before it serves it again', async () => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const { revision: b } = opened.release;
    await press(app, { takeOut: b, actor: 'system:release', ending: 'rolled_back', reason: 'errors: 38 %' });
    const end = { outcome: 'rolled_back', reason: 'errors', actor: 'system:release' } as const;
    await closeRelease(store.db, { ...end, releaseId: opened.release.id });
    await expect(press(app, { to: 'b' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /^b was taken back by a guardrail: errors: 38 % \(.* UTC\)\.$/,
      ) as unknown,
      details: { wrong: 'guardrail' },
    });
    const blocked = await startRelease(store.db, app, 'c');
    const gate = {
      outcome: 'blocked',
      reason: '1 of 2 critical cases failed',
      actor: 'system:release',
    } as const;
    await closeRelease(store.db, { ...gate, releaseId: blocked.release.id });
    await expect(press(app, { to: 'c' })).rejects.toMatchObject({ details: { wrong: 'gate' } });
    await expect(press(app, { to: 'b', force: true })).resolves.toMatchObject({ serving: b, override: true });
    expect(await readCondemnation(store.db, { app, environment, revision: b })).toBeUndefined();
    await expect(press(app, { takeOut: 'b' })).resolves.toMatchObject({ serving: a });
  });

  it('lifts what a person has decided, and only displaces what the newer one replaces', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await press(app);
    await expect(press(app, { to: 'b' })).resolves.toMatchObject({ serving: b, override: false });
    const c = await promote(store.db, app, 'c');
    await expect(press(app)).resolves.toMatchObject({ takenOut: c, serving: b, skipped: [] });
    await expect(press(app, { takeOut: 'b' })).resolves.toMatchObject({
      serving: a,
      skipped: [{ revision: c, reason: 'taken out by user:ada: bad answers' }],
    });
  });

  it('passes over what no live gateway can serve, names it, and refuses it by name, even forced', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await promote(store.db, app, 'c');
    // It was asked to serve b, and could not.
    const refusal = { version: 3, reason: 'The key in X is not set in this gateway.' };
    const gateway = { gatewayId: 'g1', bootId: 'boot', environment, acks: {}, refusals: { [app]: refusal } };
    await heartbeat(store.db, { ...gateway, fingerprint: { providers: { openai: {} } } });
    await expect(press(app, { to: 'b', force: true })).rejects.toMatchObject({
      code: 'conflict',
      message: 'b cannot be served in production: The key in X is not set in this gateway. (g1).',
    });
    await expect(press(app)).resolves.toMatchObject({
      serving: a,
      skipped: [{ revision: b, reason: 'The key in X is not set in this gateway. (g1)' }],
    });
    await heartbeat(store.db, { ...gateway, refusals: {}, fingerprint: { providers: { other: {} } } });
    await expect(press(app, { to: 'b' })).rejects.toMatchObject({
      message: 'b cannot be served in production: its environment has no provider "openai" (g1).',
    });
    await store.db.query('delete from gateway_instance');
  });

  it('brings back what was taken back, and takes out candidate and stable alike', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await raise(store.db, opened, { weight: 5, expectedVersion: 3 });
    await expect(press(app, { to: 'a' })).resolves.toMatchObject({
      takenOut: opened.release.revision,
      serving: a,
    });
    const { items } = await listHistory(store.db, { app, environment });
    expect([...items[0]!.tookOut].sort()).toEqual([b, opened.release.revision].sort());
    await expect(press(app, { to: 'b' })).resolves.toMatchObject({ kind: 'done', serving: b });
  });

  it('refuses what it does not know, and to go back to what it takes out', async () => {
    const { app } = await createApp(store.db);
    await expect(press(app, { to: 'unknown' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(press(app, { takeOut: 'unknown' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(press(app, { takeOut: 'a', to: 'a' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(press('no-such-app')).rejects.toMatchObject({ code: 'not_active' });
  });
});

describe('confirmRollback', () => {
  const beat = (gatewayId: string, app: string, version: number, at: string, ended = false) =>
    heartbeat(store.db, {
      gatewayId,
      bootId: 'boot',
      environment: at,
      acks: { [app]: version },
      refusals: {},
      fingerprint: {},
      ended,
    });

  it('waits for every live gateway, and no longer than the lease (invariants 19, 23)', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await store.db.query('delete from gateway_instance');
    await beat('g1', app, 2, environment);
    await beat('g2', app, 2, environment);
    await beat('gone', app, 2, environment, true);
    await press(app);
    const confirm = () => confirmRollback(store.db, { app, environment, version: 3 });
    expect(await confirm()).toEqual({
      confirmed: false,
      waitingFor: ['g1', 'g2'],
      silent: [],
      standby: 'none',
    });
    await beat('g1', app, 3, environment);
    expect(await confirm()).toEqual({ confirmed: false, waitingFor: ['g2'], silent: [], standby: 'none' });
    // Cut off with a running lease it may still serve the candidate.
    await store.db.query(
      `update gateway_instance set heartbeat_at = now() - interval '6 seconds' where id = 'g2'`,
    );
    expect(await confirm()).toEqual({ confirmed: false, waitingFor: [], silent: ['g2'], standby: 'none' });
    await store.db.query(`update split_history set lease_until = now() where app = $1 and version = 3`, [
      app,
    ]);
    expect(await confirm()).toEqual({ confirmed: true, waitingFor: [], silent: [], standby: 'none' });
  });

  it('does not wait for a boot that another one of the same gateway has replaced', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await store.db.query('delete from gateway_instance');
    await beat('g1', app, 2, environment);
    await store.db.query(
      `update gateway_instance set heartbeat_at = now() - interval '6 seconds', started_at = now() - interval '1 hour'`,
    );
    await press(app);
    const confirm = () => confirmRollback(store.db, { app, environment, version: 3 });
    expect(await confirm()).toEqual({ confirmed: false, waitingFor: [], silent: ['g1'], standby: 'none' });
    await heartbeat(store.db, {
      ...{
        gatewayId: 'g1',
        bootId: 'next boot',
        environment,
        acks: { [app]: 3 },
        refusals: {},
        fingerprint: {},
      },
    });
    expect(await confirm()).toEqual({ confirmed: true, waitingFor: [], silent: [], standby: 'none' });
  });

  it('waits for both of two live processes that have one name', async () => {
    const { app } = await createApp(store.db);
    await promote(store.db, app, 'b');
    await store.db.query('delete from gateway_instance');
    await beat('g1', app, 3, environment);
    await store.db.query(
      `update gateway_instance set heartbeat_at = now() - interval '1 second', started_at = now() - interval '1 hour'`,
    );
    const { version } = await press(app);
    const other = { gatewayId: 'g1', bootId: 'other', environment, refusals: {}, fingerprint: {} };
    await heartbeat(store.db, { ...other, acks: { [app]: version } });
    const confirm = () => confirmRollback(store.db, { app, environment, version });
    expect(await confirm()).toMatchObject({ confirmed: false, waitingFor: ['g1'] });
    await beat('g1', app, version, environment);
    expect(await confirm()).toMatchObject({ confirmed: true, waitingFor: [] });
  });

  it('waits for the lease of a candidate that an earlier rollback took out', async () => {
    const { app } = await createApp(store.db);
    await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await raise(store.db, opened, { weight: 5, expectedVersion: 3 });
    await store.db.query('delete from gateway_instance');
    await beat('cut-off', app, 4, environment);
    await store.db.query(`update gateway_instance set heartbeat_at = now() - interval '6 seconds'`);
    await press(app);
    await press(app, { takeOut: 'b' });
    const confirm = () => confirmRollback(store.db, { app, environment, version: 6 });
    expect(await confirm()).toMatchObject({ confirmed: false, silent: ['cut-off'] });
    await store.db.query('update split_history set lease_until = now() where lease_until is not null');
    // The candidate is gone for certain; the stable revision that was taken out may not be, and that is said.
    expect(await confirm()).toEqual({
      confirmed: true,
      waitingFor: [],
      silent: ['cut-off'],
      standby: 'none',
    });
  });

  it('lets nobody renew the lease of a candidate that is taken out (invariant 23)', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const lease = { app, environment, releaseId: opened.release.id, ttlMs: 60_000 };
    expect(await renewLease(store.db, lease)).toEqual({ renewed: true });
    await press(app);
    expect(await renewLease(store.db, lease)).toEqual({ renewed: false });
  });
});
