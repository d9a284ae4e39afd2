import { createHeldClock } from '../../tests/support/held-clock.ts';
import { createChargedSubjects } from './charged-subjects.ts';
import { createCounters } from './counters.ts';
import { createFlusher, type Flush } from './flusher.ts';
import { createSeenSubjects } from './seen-subjects.ts';

function setUp(write: (flush: Flush) => Promise<void>) {
  const clock = createHeldClock();
  const charged = createChargedSubjects();
  const counters = createCounters({ clock, charged });
  const seen = createSeenSubjects();
  const failures: unknown[] = [];
  const flusher = createFlusher({
    clock,
    counters,
    charged,
    seen,
    write,
    onFailure: (error) => failures.push(error),
  });
  const admit = (splitVersion = 1) =>
    counters.admit({ app: 'bank', splitVersion, arm: 'stable', totalTimeoutMs: 1000 });
  return { clock, flusher, admit, seen, failures };
}

it('writes within a second, and nothing where nothing changed', async () => {
  const flushes: Flush[] = [];
  const { clock, flusher, admit } = setUp((flush) => Promise.resolve(void flushes.push(flush)));
  admit();
  await clock.advance(999);
  expect(flushes.map(({ sequence, counters }) => [sequence, counters[0]?.counts.admitted])).toEqual([[1, 1]]);
  await clock.advance(5_000);
  expect(flushes).toHaveLength(1);
  flusher.stop();
  admit();
  await clock.advance(5_000);
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
  await clock.advance(1_000);
  away = false;
  await clock.advance(1_000);
  expect(failures.length).toBeGreaterThan(0);
  expect(flushes.map(({ counters, seen: subjects }) => [counters.length, subjects.length])).toEqual([[1, 1]]);
  flusher.stop();
});

it('forgets the counts of a version that was superseded a day ago', async () => {
  const flushes: Flush[] = [];
  const { clock, flusher, admit } = setUp((flush) => Promise.resolve(void flushes.push(flush)));
  admit();
  admit(2);
  await clock.advance(25 * 3_600_000);
  admit();
  admit(2);
  await clock.advance(1_000);
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
