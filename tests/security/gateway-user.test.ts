import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client, Pool } from 'pg';
import { sequenceAudit } from '../../config-store/chain/sequence-audit.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { query } from '../../config-store/postgres/db.ts';
import { makeLogins } from '../../config-store/roles/login-users.ts';
import { readHealth } from '../../config-store/releases/read-health.ts';
import { confirmRollback } from '../../config-store/splits/confirm-rollback.ts';
import { healSplit } from '../../config-store/splits/heal-split.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import {
  createApp,
  environment,
  promote,
  publish,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { loginPrograms, type LoginProgram } from '../../domain/access/login-programs.ts';
import { SluiceError } from '../../domain/errors.ts';

// A gateway that was taken over has its database user, and calls what that may call as it likes.

const runs = process.env['SLUICE_SECURITY'] === 'full' ? 300 : 8;
const suffix = randomBytes(4).toString('hex');
const nameOf = (program: LoginProgram) => `gateway_attack_${program}_${suffix}`;
const users: Pool[] = [];
let as: Record<LoginProgram, Pool>;

// Before the database goes: the first hook is the first to run.
afterAll(async () => {
  await Promise.all(users.map((user) => user.end()));
  for (const program of loginPrograms) await store.db.query(`drop role if exists ${nameOf(program)}`);
});
const store = useDatabase();

beforeAll(async () => {
  const passwords = loginPrograms.map((program) => [program, randomBytes(8).toString('hex')]);
  const urls = await makeLogins(store.url, Object.fromEntries(passwords) as never, nameOf);
  as = Object.fromEntries(
    loginPrograms.map((program) => {
      const user = new Pool({ connectionString: urls[program], max: 2 });
      users.push(user);
      return [program, user];
    }),
  ) as typeof as;
});

/** Serves b with the candidate c, after a; one honest gateway tells that it serves that. */
async function serving() {
  const { app, a } = await createApp(store.db);
  const b = await promote(store.db, app, 'b');
  const never = await publish(store.db, app, 'never');
  const opened = await startRelease(store.db, app, 'c');
  const before = (await readSplit(store.db, { app, environment }))!.version;
  await raise(store.db, opened, { weight: 5, expectedVersion: before });
  const honest = { gatewayId: `honest-${app}`, bootId: randomUUID() };
  const version = before + 1;
  await heartbeat(as.gateway, {
    ...honest,
    environment,
    acks: { [app]: version },
    refusals: {},
    fingerprint: {},
  });
  return { app, a, b, c: opened.release.revision, never, version, honest, releaseId: opened.release.id };
}

const anyNumber = fc.oneof(
  fc.integer({ min: -3, max: 30 }),
  fc.constantFrom<unknown>(
    1.5,
    -1,
    1e300,
    9_223_372_036_854_776_000,
    '7',
    'x',
    null,
    [],
    {},
    true,
    2_000_000,
  ),
);
type Told = { kind: 'any'; value: unknown } | { kind: 'near'; offset: number };
/** A heartbeat with one thing that cannot be so is not taken at all: most are to be taken. */
const told = (offset: fc.Arbitrary<number>): fc.Arbitrary<Told> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('near' as const), offset }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('any' as const), value: anyNumber }) },
  );
const near = told(fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom(-0.5, 0.5)));
const lie = fc.record({
  gateway: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('forged', 'honest') },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(300), 'line\nbreak') },
  ),
  acks: near,
  refuses: near,
  // Just below what a press writes is what would stand in its way.
  ahead: told(fc.oneof(fc.constantFrom(0, 0, 0.5), fc.integer({ min: -3, max: 5 }))),
  saysStable: fc.constantFrom('a', 'c', 'never', 'rev_unknown', 'b', null),
  from: told(fc.integer({ min: -3, max: 0 })),
  fingerprint: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom<unknown>({}, { providers: {} }, { providers: [] }, { retrievers: [] }),
    },
    { weight: 1, arbitrary: fc.constantFrom<unknown>('x', null, 3) },
  ),
  unbound: fc.boolean(),
  counts: fc.constantFrom<unknown>(null, {}, { admitted: -1 }, { admitted: 'x' }, 5),
});

type World = Awaited<ReturnType<typeof serving>>;

/** As the gateways' user; what the database refuses is not told. */
async function tell(
  world: World,
  { gateway, ...lies }: typeof lie extends fc.Arbitrary<infer L> ? L : never,
) {
  const { app, version, honest } = world;
  const value = (of: Told) => (of.kind === 'any' ? of.value : version + of.offset);
  const id = gateway === 'honest' ? honest.gatewayId : `${gateway}-${app}`;
  const digests: Record<string, string> = { a: world.a, b: world.b, c: world.c, never: world.never };
  const stable = digests[String(lies.saysStable)] ?? lies.saysStable ?? undefined;
  const call = (text: string, values: unknown[]) => as.gateway.query(text, values).catch(() => undefined);
  await call('select gateway_heartbeat($1, $2, $3, $4, $5, $6, $7, $8)', [
    ...[id, `boot-${id}`, environment, JSON.stringify({ [app]: value(lies.acks) })],
    JSON.stringify({ [app]: { version: value(lies.refuses), reason: 'no' } }),
    JSON.stringify(lies.fingerprint),
    false,
    JSON.stringify({ [app]: { version: value(lies.ahead), stable, told: value(lies.from), weight: 0 } }),
  ]);
  if (lies.unbound)
    for (const revision of [world.a, world.b, world.c])
      await call('select answer_rehearsal($1, $2, $3, $4, $5, $6)', [
        ...[app, environment, revision, honest.gatewayId, 'unbound', 'it says so'],
      ]);
  const counter = { app, splitVersion: version, arm: 'candidate', counts: lies.counts };
  await call('select gateway_flush($1, $2, $3, 1, $4, $5, $6)', [
    ...[id, `boot-${id}`, environment, JSON.stringify([counter]), '[]', '[]'],
  ]);
}

describe('a press of the rollback', () => {
  const person = { environment, actor: 'user:ada', reason: 'bad answers' };

  it.each([
    ['by the API', 'api', false],
    ['by break-glass', 'breakglass', true],
  ] as const)(
    '%s takes effect whatever gateways tell, or says in one step what does',
    async (_what, who, past) => {
      const client = await as[who].connect();
      await fc.assert(
        fc.asyncProperty(fc.array(lie, { minLength: 1, maxLength: 4 }), async (lies) => {
          const world = await serving();
          const { app } = world;
          for (const each of lies) await tell(world, each);
          // A client of its own, as in a transaction: no gateway is asked first, which would take two seconds.
          const press = (more: object = {}) =>
            rollback(client, { ...person, app, operationId: randomUUID(), pastGateways: past, ...more });
          const pressed = await press().catch((error: unknown) => error);
          if (pressed instanceof SluiceError) {
            expect(past).toBe(false);
            expect(pressed.remedy).toContain(`sluice rollback ${app} --to`);
            await press({ to: 'b' });
          }
          const split = await readSplit(store.db, { app, environment });
          expect([split?.stable, split?.candidate]).toEqual([world.b, undefined]);
          // And a second one, of the stable revision itself, by its name.
          expect(await press({ takeOut: world.b, to: 'a' })).toMatchObject({
            kind: 'done',
            serving: world.a,
          });
          // What people look at can be read.
          await readHealth(store.db);
          await confirmRollback(store.db, { app, environment, version: split!.version });
          await store.db.query('delete from gateway_instance');
        }),
        { numRuns: runs },
      );
      client.release();
    },
    2_000 * runs + 30_000,
  );
});

describe('healing', () => {
  const heal = (app: string, to?: string) =>
    healSplit(as.api, {
      app,
      environment,
      to,
      operationId: randomUUID(),
      actor: 'user:ada',
      reason: 'told so',
    });

  it('serves by itself nothing that never was stable, and no number that is beyond all sense', async () => {
    const { app, never, version, b } = await serving();
    const ahead = (told: object) =>
      as.gateway.query('select gateway_heartbeat($1, $2, $3, $4, $4, $4, false, $5)', [
        ...[
          'forged',
          'boot',
          environment,
          '{}',
          JSON.stringify({ [app]: { weight: 0, told: version, ...told } }),
        ],
      ]);
    await ahead({ version: version + 3, stable: never });
    await expect(heal(app)).rejects.toMatchObject({
      ...{ code: 'conflict', message: expect.stringContaining('which was never stable here') as string },
      remedy: expect.stringContaining(`sluice split heal ${app} --to never`) as string,
    });
    await expect(ahead({ version: 5_000_000, stable: b })).rejects.toThrow('was refused');
    await expect(heal(app, 'b')).resolves.toMatchObject({ kind: 'healed', serving: b, version: version + 4 });
  });
});

describe('the audit log', () => {
  it('is chained though a gateway holds every lock that it can', async () => {
    const gateway = await as.gateway.connect();
    try {
      await gateway.query(`select pg_advisory_lock(hashtextextended('sluice-audit', 0))`);
      await expect(gateway.query('select from audit_turn for update')).rejects.toThrow('permission denied');
      await createApp(store.db);
      await sequenceAudit(store.db);
      const waiting = await query(store.db, 'select from audit_entry where position is null');
      expect(waiting).toEqual([]);
    } finally {
      gateway.release(true);
    }
  });
});

describe('a user that is for the gateways of one environment', () => {
  it('reads and tells nothing of another one', async () => {
    const { app, version } = await serving();
    await store.db.query('insert into gateway_user values ($1, $2)', [nameOf('gateway'), 'staging']);
    const bound = new Client({
      connectionString: (as.gateway.options as { connectionString: string }).connectionString,
    });
    await bound.connect();
    try {
      const beat = 'select gateway_heartbeat($1, $2, $3, $4, $4, $4, false, $4)';
      const flush = `select gateway_flush('g', 'b', $1, 1, '[]', '[]', '[]')`;
      const other: [string, unknown[]][] = [
        [beat, ['g', 'b', environment, '{}']],
        [flush, [environment]],
        ['select * from gateway_view($1)', [environment]],
        ['select gateway_keys($1, null)', [environment]],
        ['select * from take_rehearsals($1, $2)', [environment, 'g']],
        ['select answer_rehearsal($1, $2, $3, $4, $5, null)', [app, environment, 'x', 'g', 'dead']],
        [
          'select gateway_samples($1)',
          [JSON.stringify([{ app, environment, revision: 'x', arm: 'stable', metadata: {}, ttlMs: 1_000 }])],
        ],
      ];
      for (const [text, values] of other)
        await expect(bound.query(text, values)).rejects.toThrow(
          'is for gateways of staging, not of production',
        );
      await bound.query(beat, ['g', 'b', 'staging', '{}']);
      expect((await bound.query('select * from gateway_view($1)', ['staging'])).rowCount).toBe(1);
      expect(version).toBeGreaterThan(0);
    } finally {
      await bound.end();
      await store.db.query('delete from gateway_user');
    }
  });
});
