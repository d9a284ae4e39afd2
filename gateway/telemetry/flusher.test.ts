import { SluiceError } from '../../domain/errors.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createChargedSubjects } from './charged-subjects.ts';
import { createCounters } from './counters.ts';
import { createFlusher, type Flush } from './flusher.ts';
import { createObservations } from './observations.ts';
import { createSeenSubjects } from './seen-subjects.ts';

function setUp(write: (flush: Flush) => Promise<void>) {
  const clock = manualClock();
  const charged = createChargedSubjects();
  const observations = createObservations(clock);
  const counters = createCounters({ clock, charged, observations });
  const seen = createSeenSubjects();
  const failures: unknown[] = [];
  const poison: string[] = [];
  const flusher = createFlusher({
    clock,
    counters,
    charged,
    seen,
    observations,
    write,
    onFailure: (error) => failures.push(error),
    onPoison: (kind) => poison.push(kind),
  });
  const admit = (splitVersion = 1) =>
    counters.admit({ app: 'bank', splitVersion, arm: 'stable', totalTimeoutMs: 1000 });
  return { clock, flusher, admit, charged, seen, failures, poison };
}

it('writes within a second, and nothing where nothing changed', async () => {
  const flushes: Flush[] = [];
  const { clock, flusher, admit } = setUp((flush) => Promise.resolve(void flushes.push(flush)));
  admit();
  await clock.pass(999);
  expect(flushes.map(({ sequence, counters }) => [sequence, counters[0]?.counts.admitted])).toEqual([[1, 1]]);
  await clock.pass(5_000);
  expect(flushes).toHaveLength(1);
  flusher.stop();
  admit();
  await clock.pass(5_000);
  expect(flushes).toHaveLength(1);
});

it('writes again what could not be written, once (invariant 21)', async () => {
  const flushes: Flush[] = [];
  let away = true;
  const { clock, flusher, admit, seen, failures } = setUp((flush) => {
    if (away) return Promise.reject(new Error('away'));
    flushes.push(flush);
    return Promise.resolve();
  });
  admit();
  seen.note({ app: 'bank', splitVersion: 1, subjectHash: '4', arm: 'stable' });
  await clock.pass(1_000);
  away = false;
  await clock.pass(1_000);
  expect(failures.length).toBeGreaterThan(0);
  expect(flushes.map(({ counters, seen: subjects }) => [counters.length, subjects.length])).toEqual([[1, 1]]);
  flusher.stop();
});

it('forgets the counts of a version that was superseded a day ago', async () => {
  const flushes: Flush[] = [];
  const { clock, flusher, admit } = setUp((flush) => Promise.resolve(void flushes.push(flush)));
  admit();
  admit(2);
  await clock.pass(25 * 3_600_000);
  admit();
  admit(2);
  await clock.pass(1_000);
  const written = flushes.map(({ counters }) =>
    counters.map((row) => [row.splitVersion, row.counts.admitted]),
  );
  expect(written).toEqual([
    [
      [1, 1],
      [2, 1],
    ],
    [[2, 2]],
  ]);
  flusher.stop();
});

it('notes a subject once a version, and only of the sample', async () => {
  const flushes: Flush[] = [];
  const { flusher, seen } = setUp((flush) => Promise.resolve(void flushes.push(flush)));
  for (const subjectHash of ['4', '4', '5', '-8'])
    seen.note({ app: 'bank', splitVersion: 1, subjectHash, arm: 'stable' });
  seen.note({ app: 'bank', splitVersion: 2, subjectHash: '4', arm: 'candidate' });
  seen.note({ app: 'bank', splitVersion: 1, subjectHash: '12', arm: 'candidate' });
  await flusher.flush();
  expect(flushes[0]?.seen.map(({ splitVersion, subjectHash }) => [splitVersion, subjectHash])).toEqual([
    [1, '4'],
    [1, '-8'],
    [2, '4'],
  ]);
});

it('drops a row that the database refuses for what is in it, and writes all others', async () => {
  const flushes: Flush[] = [];
  const { clock, flusher, admit, charged, seen, failures, poison } = setUp((flush) => {
    const isRefused = flush.charges.some(({ releaseId }) => releaseId === 'rel\u0000');
    if (isRefused)
      return Promise.reject(new SluiceError('invalid_request', 'A value has not the expected form.'));
    flushes.push(flush);
    return Promise.resolve();
  });
  const charge = { guardrail: 'errors', horizon: 'short', arm: 'stable', splitVersion: 1 } as const;
  admit();
  for (const releaseId of ['rel-1', 'rel\u0000', 'rel-2'])
    charged.charge({ ...charge, releaseId, subjectHash: '4' });
  seen.note({ app: 'bank', splitVersion: 1, subjectHash: '4', arm: 'stable' });
  await clock.pass(1_000);
  expect(flushes.flatMap(({ charges }) => charges.map(({ releaseId }) => releaseId))).toEqual([
    'rel-1',
    'rel-2',
  ]);
  expect(flushes.flatMap(({ counters, seen: subjects }) => [...counters, ...subjects])).toHaveLength(2);
  expect([poison, failures]).toEqual([['charge'], []]);
  expect(flusher.state()).toEqual({ rows: 0, waitingMs: 0, dropped: 1 });
  flusher.stop();
});

it('says how long it has not moved, while the database is away', async () => {
  let away = true;
  const { clock, flusher, admit } = setUp(() =>
    away ? Promise.reject(new SluiceError('unreachable', 'away')) : Promise.resolve(),
  );
  admit();
  await clock.pass(60_000);
  expect(flusher.state()).toMatchObject({ rows: 1, dropped: 0 });
  expect(flusher.state().waitingMs).toBeGreaterThan(58_000);
  away = false;
  await clock.pass(1_000);
  expect(flusher.state()).toEqual({ rows: 0, waitingMs: 0, dropped: 0 });
  flusher.stop();
});
