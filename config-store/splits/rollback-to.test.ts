import { closeRelease } from '../releases/close-release.ts';
import { heartbeat } from '../gateway-view/heartbeat.ts';
import { listAudit } from '../audit/list-audit.ts';
import { listHistory } from './list-history.ts';
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
import { press } from '../test-fixtures/press.ts';

const store = useDatabase();

describe('rollback --to', () => {
  it('serves what never was stable only by an override, which makes it a former stable', async () => {
    const { app } = await createApp(store.db);
    const never = await publish(store.db, app, 'never');
    await expect(press(store.db, app, { to: 'never' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'never was never stable there.',
    });
    const forced = { to: 'never', force: true, reason: 'the only one in French' };
    await expect(press(store.db, app, forced)).resolves.toMatchObject({
      kind: 'done',
      serving: never,
      override: true,
    });
    await expect(press(store.db, app, { to: 'never' })).resolves.toMatchObject({
      kind: 'already',
      serving: never,
    });
    const audit = (await listAudit(store.db, { app })).items;
    expect(audit.find(({ action }) => action === 'rollback.override')).toMatchObject({
      actor: 'user:ada',
      details: { revision: never, reason: 'the only one in French', wrong: 'never stable there' },
    });
    // What it replaced is not bad for that.
    await expect(press(store.db, app, { takeOut: 'never' })).resolves.toMatchObject({ kind: 'done' });
  });

  it('says what a gate or a guardrail has found before it serves it again', async () => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const { revision: b } = opened.release;
    await press(store.db, app, {
      takeOut: b,
      actor: 'system:release',
      ending: 'rolled_back',
      reason: 'errors: 38 %',
    });
    const end = { outcome: 'rolled_back', reason: 'errors', actor: 'system:release' } as const;
    await closeRelease(store.db, { ...end, releaseId: opened.release.id });
    await expect(press(store.db, app, { to: 'b' })).rejects.toMatchObject({
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
    await expect(press(store.db, app, { to: 'c' })).rejects.toMatchObject({ details: { wrong: 'gate' } });
    await expect(press(store.db, app, { to: 'b', force: true })).resolves.toMatchObject({
      serving: b,
      override: true,
    });
    expect(await readCondemnation(store.db, { app, environment, revision: b })).toBeUndefined();
    await expect(press(store.db, app, { takeOut: 'b' })).resolves.toMatchObject({ serving: a });
  });

  it('lifts what a person has decided, and only displaces what the newer one replaces', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await press(store.db, app);
    await expect(press(store.db, app, { to: 'b' })).resolves.toMatchObject({ serving: b, override: false });
    const c = await promote(store.db, app, 'c');
    await expect(press(store.db, app)).resolves.toMatchObject({ takenOut: c, serving: b, skipped: [] });
    await expect(press(store.db, app, { takeOut: 'b' })).resolves.toMatchObject({
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
    await expect(press(store.db, app, { to: 'b', force: true })).rejects.toMatchObject({
      code: 'conflict',
      message: 'b cannot be served in production: The key in X is not set in this gateway. (g1).',
    });
    await expect(press(store.db, app)).resolves.toMatchObject({
      serving: a,
      skipped: [{ revision: b, reason: 'The key in X is not set in this gateway. (g1)' }],
    });
    await heartbeat(store.db, { ...gateway, refusals: {}, fingerprint: { providers: { other: {} } } });
    await expect(press(store.db, app, { to: 'b' })).rejects.toMatchObject({
      message: 'b cannot be served in production: its environment has no provider "openai" (g1).',
    });
    await store.db.query('delete from gateway_instance');
  });

  it('brings back what was taken back, and takes out candidate and stable alike', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await raise(store.db, opened, { weight: 5, expectedVersion: 3 });
    await expect(press(store.db, app, { to: 'a' })).resolves.toMatchObject({
      takenOut: opened.release.revision,
      serving: a,
    });
    const { items } = await listHistory(store.db, { app, environment });
    expect([...items[0]!.tookOut].sort()).toEqual([b, opened.release.revision].sort());
    await expect(press(store.db, app, { to: 'b' })).resolves.toMatchObject({ kind: 'done', serving: b });
  });

  it('refuses what it does not know, and to go back to what it takes out', async () => {
    const { app } = await createApp(store.db);
    await expect(press(store.db, app, { to: 'unknown' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(press(store.db, app, { takeOut: 'unknown' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(press(store.db, app, { takeOut: 'a', to: 'a' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(press(store.db, 'no-such-app')).rejects.toMatchObject({ code: 'not_active' });
  });
});
