import { randomBytes } from 'node:crypto';
import { query } from '../../config-store/postgres/db.ts';
import { heldTables } from '../../domain/audit/held-tables.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { verifyAudit, verifySnapshot } from '../../config-store/audit/verify-audit.ts';
import type { AuditHead } from '../../domain/audit/head.ts';
import { asSuperuser, createAuditedWorld, live, type AuditedWorld } from './test-fixtures/audited-world.ts';
import type { Forgery } from './test-fixtures/forgeries/forgery.ts';
import { chainForgeries } from './test-fixtures/forgeries/of-the-chain.ts';
import { stateForgeries } from './test-fixtures/forgeries/of-the-state.ts';
import { randomForgery } from './test-fixtures/random-forgery.ts';

const store = useDatabase();
let world: AuditedWorld;
beforeAll(async () => {
  world = await createAuditedWorld(store.db);
});

/** What is found where a forgery has been made. */
function findingsOf({ forge, withTriggers = false, withoutHeads = false }: Forgery) {
  const { keys } = world;
  return asSuperuser(
    store.db,
    async (client) => {
      await forge(client, world);
      const heads = withoutHeads ? [] : world.heads;
      return (await verifySnapshot(client, { keys, heads, isLive: true })).findings;
    },
    { withTriggers },
  );
}

it('accuses nobody of an honest history, with and without heads, and under each of its keys', async () => {
  const { keys, heads, sealedFrom, entries } = world;
  const verdict = await verifyAudit(store.db, { keys, heads, isLive: true });
  expect(verdict).toMatchObject({ ok: true, findings: [], confirmed: heads.at(-1)?.number });
  expect(verdict.sealed).toBe(entries.length - sealedFrom + 1);
  expect((await verifyAudit(store.db, {})).findings).toEqual([]);
  await asSuperuser(store.db, (client) => query(client, 'select 1'));
  expect((await verifyAudit(store.db, { keys, heads, isLive: true })).findings).toEqual([]);
});

it('holds the tables that the migrations say, by the same keys', async () => {
  const rows = await query<{ name: string; args: string }>(
    store.db,
    `select tgrelid::regclass::text as name, encode(tgargs, 'escape') as args from pg_trigger where tgname = 'state_is_sealed'`,
  );
  const held = rows.map(({ name, args }) => `${name}: ${args.split('\\000')[0] ?? ''}`);
  expect(held.sort()).toEqual(heldTables.map(({ name, keys }) => `${name}: ${keys.join()}`).sort());
});

it('knows at least 40 kinds of forgery', () => {
  expect(chainForgeries.length + stateForgeries.length).toBeGreaterThanOrEqual(40);
});

it.each(chainForgeries.map((forgery) => [forgery.name, forgery] as const))(
  'finds in the log: %s',
  async (_name, forgery) => {
    expect(await findingsOf(forgery)).not.toEqual([]);
  },
);

it.each(stateForgeries.map((forgery) => [forgery.name, forgery] as const))(
  'finds in what the log records: %s',
  async (_name, forgery) => {
    expect(await findingsOf(forgery)).not.toEqual([]);
  },
);

describe('heads', () => {
  const found = async (heads: AuditHead[]) =>
    (await verifyAudit(store.db, { keys: world.keys, heads, isLive: true })).findings.map(({ kind }) => kind);
  const last = () => world.heads.at(-1) ?? { number: 0, hash: '', at: '' };

  it('that were changed are found', async () => {
    expect(await found([{ ...last(), number: last().number - 1 }])).toContain('wrong-head');
    expect(await found([{ ...last(), hash: randomBytes(32).toString('hex') }])).toContain('wrong-head');
    expect(await found([{ ...last(), at: '2020-01-01T00:00:00.000Z' }])).toContain('wrong-head');
    const { mac: _, keyId: _key, ...bare } = last();
    expect(await found([...world.heads.slice(0, -1), bare])).toContain('wrong-head');
  });

  it('that a person expects are held against the log', async () => {
    const { keys } = world;
    const expecting = async (expected: { number?: number; hash: string }) =>
      (await verifyAudit(store.db, { keys, expected, isLive: true })).findings.map(({ kind }) => kind);
    expect(await expecting(last())).toEqual([]);
    expect(await expecting({ hash: last().hash })).toEqual([]);
    expect(await expecting({ number: 3, hash: last().hash })).toEqual(['cut']);
    expect(await expecting({ hash: randomBytes(32).toString('hex') })).toEqual(['cut']);
  });
});

it('a key that is not there any more is said to be missing, and nothing else', async () => {
  const [present] = world.keys;
  const { findings } = await verifyAudit(store.db, { keys: [present], isLive: true });
  expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(['unknown-key']));
});

it('has something to forge in every table that the log holds', async () => {
  const empty: string[] = [];
  for (const { name } of heldTables)
    if ((await query(store.db, `select 1 from ${name} limit 1`)).length === 0) empty.push(name);
  expect(empty).toEqual([]);
});

const rounds = process.env['SLUICE_SECURITY'] === 'full' ? 1_000 : 40;

it(`finds each of ${rounds} random forgeries`, async () => {
  const missed: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const forgery = randomForgery(round);
    if ((await findingsOf(forgery)).length === 0) missed.push(forgery.name);
  }
  expect(missed).toEqual([]);
}, 1_200_000);

it('accuses nobody when an honest history goes on', async () => {
  await live(store.db, world.app, 'd');
  const { keys, heads } = world;
  expect((await verifyAudit(store.db, { keys, heads, isLive: true })).findings).toEqual([]);
});
