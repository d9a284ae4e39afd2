import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirmRollback } from '../../config-store/splits/confirm-rollback.ts';
import { assertPrimary } from '../../config-store/postgres/assert-primary.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { readGatewayView } from '../../config-store/gateway-view/read-gateway-view.ts';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { healSplit } from '../../config-store/splits/heal-split.ts';
import { listAudit } from '../../config-store/audit/list-audit.ts';
import { migrate } from '../../config-store/schema/migrate.ts';
import { readActive } from '../../config-store/apps/read-active.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import {
  createApp,
  environment,
  promote,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import type { PostgresServer } from '../../cli/up/servers/postgres.ts';
import { bindRevision } from '../../gateway/config/bind-revision.ts';
import { connectStore, type GatewayStore } from '../../gateway/config/connect-store.ts';
import { createLastKnown } from '../../gateway/config/last-known.ts';
import { createConfigView } from '../../gateway/config/view.ts';
import { systemClock } from '../../gateway/clock.ts';
import { bindingSchema } from '../../domain/revision/binding.ts';
import { sluice } from '../../cli/test-fixtures/sluice.ts';
import { startPostgresPair, type PostgresPair } from './test-fixtures/postgres-pair.ts';

// The database lies about the past: a replica that took over without the last commits, or an old backup. Many rounds by
// hand: SLUICE_FAIL_OVERS=100 npx jest tests/faults/fail-over.test.ts
const rounds = Number(process.env['SLUICE_FAIL_OVERS'] ?? 2);
const timeoutMs = 60_000 + rounds * 20_000;

const folder = mkdtempSync(join(tmpdir(), 'sluice-fail-over-'));
let pair: PostgresPair;
beforeAll(async () => {
  pair = await startPostgresPair();
  await migrate(pair.primary.url);
  await pair.untilFollowed();
}, 60_000);
afterAll(async () => {
  await pair.stop();
  rmSync(folder, { recursive: true, force: true });
});

const bound = {
  keys: new Map<string, string>(),
  binding: bindingSchema.parse({
    providers: { openai: { kind: 'openai', baseUrl: 'http://127.0.0.1:1/v1' } },
  }),
};

/** A gateway's real view over its real store, whose database can be another one from one poll to the next. */
function startView(gatewayId: string, server: PostgresServer) {
  const bootId = randomUUID();
  let store: GatewayStore = connectStore(server.url, { gatewayId, bootId, environment });
  const directory = join(folder, gatewayId);
  const view = createConfigView({
    clock: systemClock,
    readView: () => store.readView(),
    readRevisions: (app, digests) => store.readRevisions(app, digests),
    bind: (revision) => bindRevision(revision, bound),
    lastKnown: createLastKnown({ directory, environment }),
    onRefusal: () => undefined,
    onUnwritten: () => undefined,
  });
  return {
    view,
    serves: (app: string) => {
      const served = view.app(app);
      if (served === undefined) return undefined;
      return view.candidateIsFresh(served) ? `${served.stable.label} and a candidate` : served.stable.label;
    },
    async poll(): Promise<void> {
      await view.refresh();
      const { refusals, ahead, acks } = view;
      await store.heartbeat({ acks: acks(), refusals: refusals(), ahead: ahead(), fingerprint: {} });
    },
    async turnTo(other: PostgresServer): Promise<void> {
      await store.close().catch(() => undefined);
      store = connectStore(other.url, { gatewayId, bootId, environment });
    },
    close: () => store.close().catch(() => undefined),
  };
}

async function withPool<T>(server: PostgresServer, work: (db: ReturnType<typeof createPool>) => Promise<T>) {
  const db = createPool(server.url, { applicationName: 'fail-over-test' });
  db.on('error', () => undefined);
  try {
    return await work(db);
  } finally {
    await db.end().catch(() => undefined);
  }
}

const by = { environment, actor: 'user:ada', reason: 'bad answers' };
const press = (server: PostgresServer, app: string) =>
  withPool(server, (db) => rollback(db, { ...by, app, operationId: randomUUID() }));
const heal = (server: PostgresServer, app: string) =>
  withPool(server, async (db) => {
    const healed = await healSplit(db, { ...by, app, operationId: randomUUID() });
    return { healed, active: await readActive(db, { app, environment }) };
  });

it('a standby is taken for no database: what it reads may be old', async () => {
  const refused = { code: 'unreachable', message: expect.stringContaining('standby') as unknown };
  await withPool(pair.replica, async (db) => {
    await expect(assertPrimary(db)).rejects.toMatchObject(refused);
    await expect(readGatewayView(db, { environment })).rejects.toMatchObject(refused);
    const beat = {
      gatewayId: 'g1',
      bootId: 'b',
      environment,
      acks: {},
      refusals: {},
      ahead: {},
      fingerprint: {},
    };
    await expect(heartbeat(db, beat)).rejects.toMatchObject(refused);
  });
  await withPool(pair.primary, (db) => assertPrimary(db));
});

it(
  'no gateway goes back when a primary dies with the rollback that only it had (invariant 33)',
  async () => {
    const wentBack: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { primary } = pair;
      // A bad stable revision in one round, a bad candidate in the next.
      const app = await withPool(primary, async (db) => {
        const made = await createApp(db);
        if (round % 2 === 0) await promote(db, made.app, 'bad');
        else {
          const opened = await startRelease(db, made.app, 'bad');
          await raise(db, opened, { weight: 25, expectedVersion: 1 });
        }
        return made.app;
      });
      const gateway = startView(`gateway-${round}`, primary);
      await gateway.poll();
      await pair.untilFollowed();
      await pair.cut();
      const pressed = await press(primary, app);
      const confirmed = await withPool(primary, (db) =>
        confirmRollback(db, { app, environment, version: pressed.version }),
      );
      expect(confirmed.standby).toBe('asynchronous');
      await gateway.poll();
      expect(gateway.serves(app)).toBe('a');
      const survivor = await pair.failOver();
      await gateway.turnTo(survivor);
      for (let polls = 0; polls < 3; polls += 1) {
        await gateway.poll();
        if (gateway.serves(app) !== 'a') wentBack.push(`${app} in round ${round}`);
      }
      expect(gateway.view.ahead()[app]).toMatchObject({
        version: pressed.version,
        told: pressed.version - 1,
      });
      const { healed, active } = await heal(survivor, app);
      expect(healed).toMatchObject({
        kind: 'healed',
        from: pressed.version - 1,
        version: pressed.version + 1,
      });
      expect([active?.stable?.label, active?.candidate]).toEqual(['a', undefined]);
      await gateway.poll();
      expect([gateway.serves(app), gateway.view.acks()[app]]).toEqual(['a', healed.version]);
      expect((await heal(survivor, app)).healed).toMatchObject({ kind: 'already' });
      await gateway.close();
      await pair.cloneAgain();
    }
    expect(wentBack).toEqual([]);
  },
  timeoutMs,
);

/** A standby that every commit waits for, and that hangs, holds up no press past the control plane. */
async function pressPastFrozenStandby(): Promise<void> {
  const app = await withPool(pair.primary, async (db) => {
    const made = await createApp(db);
    await promote(db, made.app, 'bad');
    return made.app;
  });
  await pair.cut();
  const env = { DATABASE_URL: pair.primary.url };
  const pressed = await sluice(['rollback', app, '--direct'], { cwd: folder, env });
  expect([pressed.code, pressed.stdout]).toEqual([0, expect.stringContaining(`done: a serves ${app}`)]);
  expect(pressed.stderr).toContain('no synchronous standby has answered');
}

it(
  'says of a rollback that a synchronous standby has it where one has, and that one goes on with it',
  async () => {
    await pair.waitForReplica();
    const { primary } = pair;
    const app = await withPool(primary, async (db) => {
      const made = await createApp(db);
      await promote(db, made.app, 'bad');
      return made.app;
    });
    const gateway = startView('gateway-of-the-synchronous', primary);
    const pressed = await press(primary, app);
    const confirmed = await withPool(primary, (db) =>
      confirmRollback(db, { app, environment, version: pressed.version }),
    );
    expect(confirmed.standby).toBe('synchronous');
    await gateway.poll();
    await pressPastFrozenStandby();
    const survivor = await pair.failOver();
    await gateway.turnTo(survivor);
    await gateway.poll();
    expect([gateway.serves(app), gateway.view.acks()[app]]).toEqual(['a', pressed.version]);
    expect((await heal(survivor, app)).healed).toMatchObject({ kind: 'already' });
    await gateway.close();
    await pair.cloneAgain();
  },
  timeoutMs,
);

it(
  'is lifted in the same way where an old backup was restored, and the audit log says so',
  async () => {
    const app = await withPool(pair.primary, async (db) => {
      const made = await createApp(db);
      await promote(db, made.app, 'bad');
      return made.app;
    });
    const backup = await pair.backUp();
    const gateway = startView('gateway-of-the-backup', pair.primary);
    await gateway.poll();
    expect(gateway.serves(app)).toBe('bad');
    await press(pair.primary, app);
    await gateway.poll();
    const restored = await pair.restore(backup);
    await gateway.turnTo(restored);
    await gateway.poll();
    expect(gateway.serves(app)).toBe('a');
    const { healed } = await heal(restored, app);
    await gateway.poll();
    expect([gateway.serves(app), gateway.view.acks()[app]]).toEqual(['a', healed.version]);
    // What was taken out by the write that is lost does not come back by itself.
    await withPool(restored, async (db) => {
      const again = { ...by, app, operationId: randomUUID(), takeOut: 'a' };
      await expect(rollback(db, again)).rejects.toMatchObject({ code: 'conflict' });
      const audit = (await listAudit(db, { app })).items;
      expect(audit.find(({ action }) => action === 'split.heal')).toMatchObject({
        actor: 'user:ada',
        details: { version: healed.version, gateways: ['gateway-of-the-backup'] },
      });
    });
    await gateway.close();
  },
  timeoutMs,
);
