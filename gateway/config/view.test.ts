import type { GatewayAppView } from '../../config-store/gateway-view/read-gateway-view.ts';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { revisionContentSchema, type Revision } from '../../domain/revision/revision.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createConfigView } from './view.ts';

const revisionOf = (model: string): Revision => {
  const content = revisionContentSchema.parse({ chain: [{ provider: 'openai', model }] });
  return { app: 'bank', digest: revisionDigest(content), label: model, content };
};
const [stable, candidate] = [revisionOf('one'), revisionOf('two')];
const appOf = (version: number, withCandidate = false): GatewayAppView => ({
  sampling: 'off',
  samplesPerSecond: 1,
  split: {
    ...{ app: 'bank', environment: 'production', version, stable: stable.digest, salt: 's' },
    ...{ weight: withCandidate ? 5 : 0, include: [], exclude: [] },
    ...(withCandidate ? { candidate: candidate.digest, releaseId: 'rel-1' } : {}),
  },
  ...(withCandidate ? { lease: { releaseId: 'rel-1', ageMs: 0, ttlMs: 60_000 } } : {}),
});

function setUp() {
  const clock = manualClock();
  const state = { polled: appOf(1), rows: [stable, candidate], away: false, diskIsFull: false };
  const refused: string[] = [];
  const unwritten: unknown[] = [];
  const view = createConfigView({
    clock,
    readView: () =>
      state.away
        ? Promise.reject(new SluiceError('unreachable', 'The database is away.'))
        : Promise.resolve({ apps: { bank: state.polled }, inactive: [] }),
    readRevisions: (_app, digests) =>
      Promise.resolve(state.rows.filter(({ digest }) => digests.includes(digest))),
    bind: (revision) => Promise.resolve({ ...revision, prompts: new Map(), chain: [], totalTimeoutMs: 1000 }),
    lastKnown: {
      read: () => Promise.resolve([]),
      write: () => (state.diskIsFull ? Promise.reject(new Error('The disk is full.')) : Promise.resolve()),
    },
    onRefusal: (app, { version }) => refused.push(`${app} ${version}`),
    onUnwritten: (error) => unwritten.push(error),
  });
  return { clock, state, view, refused, unwritten };
}

/** What was the candidate is stable, and the former one is held back. */
const guardedView = (version: number): GatewayAppView => ({
  ...appOf(version),
  split: { ...appOf(version).split, stable: candidate.digest },
  guard: {
    ...{ releaseId: 'rel-1', former: stable.digest, weight: 95 },
    counting: { releaseId: 'rel-1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
  },
  lease: { releaseId: 'rel-1', ageMs: 0, ttlMs: 60_000 },
});

it('has the former stable revision ready while a guard is open, for as long as somebody judges', async () => {
  const { clock, state, view } = setUp();
  state.polled = guardedView(2);
  await view.refresh();
  const served = view.app('bank')!;
  expect([served.stable.digest, served.guard?.revision.digest]).toEqual([candidate.digest, stable.digest]);
  expect([view.candidateIsFresh(served), view.countingOf('bank', 2)?.releaseId]).toEqual([true, 'rel-1']);
  await clock.pass(61_000);
  expect(view.candidateIsFresh(served)).toBe(false);
  state.polled = { ...appOf(3), split: { ...appOf(3).split, stable: candidate.digest } };
  await view.refresh();
  expect([view.app('bank')?.guard, view.countingOf('bank', 3)]).toEqual([undefined, undefined]);
});

it('serves what is stable to all where what a guard compares with is not there any more', async () => {
  const { state, view, refused } = setUp();
  state.polled = guardedView(2);
  state.rows = [candidate];
  await view.refresh();
  expect(view.app('bank')).toMatchObject({ stable: { digest: candidate.digest } });
  expect([view.app('bank')?.guard, refused]).toEqual([undefined, []]);
});

it('keeps what it serves, and tells its age, while the database is away (invariant 19)', async () => {
  const { clock, state, view } = setUp();
  await view.refresh();
  state.away = true;
  await clock.pass(5_000);
  await expect(view.refresh()).rejects.toThrow('away');
  expect(view.app('bank')?.stable.digest).toBe(stable.digest);
  expect(view.ageMs()).toBe(5_000);
});

it('serves and acks what cannot be written to disk, says so, and tries again', async () => {
  const { state, view, unwritten } = setUp();
  state.diskIsFull = true;
  await view.refresh();
  expect(view.acks()).toEqual({ bank: 1 });
  await view.refresh();
  expect(unwritten).toHaveLength(2);
  state.diskIsFull = false;
  await view.refresh();
  await view.refresh();
  expect(unwritten).toHaveLength(2);
});

it('refuses a split whose candidate is missing, once, and does not ack it; stable goes on', async () => {
  const { state, view, refused } = setUp();
  await view.refresh();
  expect(view.acks()).toEqual({ bank: 1 });
  state.polled = appOf(2, true);
  state.rows = [stable];
  await view.refresh();
  await view.refresh();
  expect(refused).toEqual(['bank 2']);
  expect(view.acks()).toEqual({});
  expect(view.refusalOf('bank')?.reason).toContain('is not in the database');
  expect(view.app('bank')?.stable.digest).toBe(stable.digest);
  state.rows = [stable, candidate];
  await view.refresh();
  expect(view.acks()).toEqual({ bank: 2 });
  expect(view.refusals()).toEqual({});
  expect(view.refusalOf('bank')).toBeUndefined();
});

it('takes a candidate as fresh only for its lease (invariant 23)', async () => {
  const { clock, state, view } = setUp();
  state.polled = appOf(2, true);
  await view.refresh();
  const app = view.app('bank');
  if (app === undefined) throw new Error('The app is not served.');
  await clock.pass(60_000);
  expect(view.candidateIsFresh(app)).toBe(true);
  await clock.pass(1);
  expect(view.candidateIsFresh(app)).toBe(false);
});
