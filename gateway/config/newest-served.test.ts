import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { GatewayAppView } from '../../config-store/gateway-view/read-gateway-view.ts';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { revisionContentSchema, type Revision } from '../../domain/revision/revision.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createLastKnown } from './last-known.ts';
import { createConfigView } from './view.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-newest-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const revisionOf = (model: string): Revision => {
  const content = revisionContentSchema.parse({ chain: [{ provider: 'openai', model }] });
  return { app: 'bank', digest: revisionDigest(content), label: model, content };
};
const [good, bad] = [revisionOf('good'), revisionOf('bad')];
const revisions = [good, bad];

const splitAt = (version: number, { stable = good, weight = 0, salt = 's' } = {}): GatewayAppView => ({
  sampling: 'off',
  samplesPerSecond: 1,
  split: {
    ...{ app: 'bank', environment: 'production', version, stable: stable.digest, salt, weight },
    ...{ include: [], exclude: [] },
    ...(weight > 0 ? { candidate: bad.digest, releaseId: 'rel-1' } : {}),
  },
  ...(weight > 0 ? { lease: { releaseId: 'rel-1', ageMs: 0, ttlMs: 60_000 } } : {}),
});

/** A gateway's view on a disk of its own; `restart` is the next life of the same gateway. */
function setUp(name: string) {
  const database: { bank: GatewayAppView | undefined } = { bank: splitAt(118, { weight: 25 }) };
  const refused: string[] = [];
  const bindable = new Set(revisions.map(({ digest }) => digest));
  const start = () =>
    createConfigView({
      clock: manualClock(),
      readView: () =>
        Promise.resolve({
          apps: database.bank === undefined ? {} : { bank: database.bank },
          inactive: [],
        }),
      readRevisions: (_app, digests) =>
        Promise.resolve(revisions.filter(({ digest }) => digests.includes(digest))),
      bind: (revision) =>
        bindable.has(revision.digest)
          ? Promise.resolve({ ...revision, prompts: new Map(), chain: [], totalTimeoutMs: 1000 })
          : Promise.reject(new Error('no such model')),
      lastKnown: createLastKnown({ directory: join(directory, name), environment: 'production' }),
      onRefusal: (app, { version }) => refused.push(`${app} ${version}`),
      onUnwritten: () => undefined,
    });
  const restart = async () => {
    const view = start();
    await view.startFromDisk();
    await view.refresh();
    return view;
  };
  return { database, refused, bindable, restart };
}
type View = ReturnType<typeof createConfigView>;

const serves = (view: View) => {
  const app = view.app('bank');
  if (app === undefined) return undefined;
  return view.candidateIsFresh(app) ? `${app.stable.label} and a candidate` : app.stable.label;
};

it('does not go back to what was rolled back when the database loses the rollback (33)', async () => {
  const { database, refused, restart } = setUp('rollback-lost');
  const view = await restart();
  expect(serves(view)).toBe('good and a candidate');
  database.bank = splitAt(119);
  await view.refresh();
  database.bank = splitAt(118, { weight: 25 });
  await view.refresh();
  await view.refresh();
  expect(serves(view)).toBe('good');
  expect(view.acks()).toEqual({});
  expect(view.refusalOf('bank')).toMatchObject({ version: 118 });
  expect(view.refusalOf('bank')?.reason).toMatch(
    /at split version 118 of bank; this gateway has served version 119.*sluice split heal bank/u,
  );
  expect(view.ahead()).toEqual({ bank: { version: 119, told: 118, weight: 0, stable: good.digest } });
  expect(refused).toEqual(['bank 118']);
});

it('does not go back after a restart either, with the database there or away (33, 19)', async () => {
  const { database, restart } = setUp('restarted');
  const first = await restart();
  database.bank = splitAt(119);
  await first.refresh();
  database.bank = splitAt(118, { stable: bad });
  const second = await restart();
  expect(serves(second)).toBe('good');
  expect(second.ahead()).toMatchObject({ bank: { version: 119, told: 118 } });
});

it('takes the same version with another content for another history', async () => {
  const { database, restart } = setUp('another-history');
  const view = await restart();
  database.bank = splitAt(119);
  await view.refresh();
  database.bank = splitAt(119, { weight: 50 });
  await view.refresh();
  expect(serves(view)).toBe('good');
  expect(view.refusalOf('bank')?.reason).toContain('119 of bank, with another content');
  database.bank = splitAt(119);
  await view.refresh();
  expect(view.acks()).toEqual({ bank: 119 });
  expect(view.ahead()).toEqual({});
});

it('is healed by a version above, and only by one', async () => {
  const { database, restart } = setUp('healed');
  const view = await restart();
  database.bank = splitAt(119);
  await view.refresh();
  database.bank = splitAt(100, { stable: bad });
  await view.refresh();
  expect(serves(view)).toBe('good');
  database.bank = splitAt(120, { salt: 'healed' });
  await view.refresh();
  expect(view.acks()).toEqual({ bank: 120 });
  expect([view.refusals(), view.ahead()]).toEqual([{}, {}]);
});

it('goes on, and says so, where the database does not know the app any more', async () => {
  const { database, restart } = setUp('app-lost');
  const view = await restart();
  database.bank = undefined;
  await view.refresh();
  expect(serves(view)).toBe('good');
  expect(view.ahead()).toEqual({
    bank: { version: 118, told: 0, weight: 25, stable: good.digest, candidate: bad.digest },
  });
});

it('keeps in mind what it cannot serve from disk, over the next writes and restarts', async () => {
  const { database, bindable, restart } = setUp('unbound');
  database.bank = splitAt(119);
  await restart();
  bindable.delete(good.digest);
  database.bank = splitAt(118, { stable: bad });
  await restart();
  const view = await restart();
  expect(serves(view)).toBeUndefined();
  expect(view.ahead()).toMatchObject({ bank: { version: 119, told: 118 } });
});

it('never serves a version below one that it has served, whatever the database tells (33)', async () => {
  const step = fc.record({
    version: fc.integer({ min: 1, max: 6 }),
    weight: fc.constantFrom(0, 25),
    stable: fc.constantFrom(good, bad),
    restart: fc.boolean(),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { database, restart } = setUp(`any-${(run += 1)}`);
      database.bank = splitAt(1);
      let view = await restart();
      let served = 1;
      for (const { restart: again, ...told } of steps) {
        database.bank = splitAt(told.version, {
          stable: told.stable,
          weight: told.stable === bad ? 0 : told.weight,
        });
        if (again) view = await restart();
        else await view.refresh();
        const version = view.app('bank')?.split.version ?? 0;
        expect(version).toBe(Math.max(served, told.version));
        if (told.version < served)
          expect(view.ahead()['bank']).toMatchObject({ version, told: told.version });
        served = version;
      }
    }),
    { numRuns: 40 },
  );
});
