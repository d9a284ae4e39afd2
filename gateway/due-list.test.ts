import { systemClock } from './clock.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Says what was done, and how many milliseconds after the test's start. */
function notes() {
  const done: [name: string, atMs: number][] = [];
  const startedMs = performance.now();
  const note = (name: string) => () => {
    done.push([name, performance.now() - startedMs]);
  };
  return { done, note };
}

it('does what is due in its time and order, and nothing that was stopped', () => {
  const { done, note } = notes();
  systemClock.schedule(20, note('a'));
  const stop = systemClock.schedule(20, note('stopped'));
  const again = systemClock.timer(20, note('again'));
  again.start();
  systemClock.schedule(20, note('b'));
  systemClock.schedule(5.2, note('early'));
  jest.advanceTimersByTime(10);
  again.start(); // From now on.
  stop();
  jest.advanceTimersByTime(1_000);
  expect(done).toEqual([
    ['early', 6],
    ['a', 20],
    ['b', 20],
    ['again', 30],
  ]);
});

it('is on time for what waits where what is due asks for more of the same', () => {
  const { done, note } = notes();
  systemClock.schedule(40, () => systemClock.schedule(40, note('asked for later')));
  jest.advanceTimersByTime(15);
  systemClock.schedule(40, note('waits'));
  jest.advanceTimersByTime(1_000);
  expect(done).toEqual([
    ['waits', 55],
    ['asked for later', 80],
  ]);
});

it('goes on with what else is due where something throws', () => {
  const { done, note } = notes();
  systemClock.schedule(40, () => {
    throw new Error('It fails.');
  });
  systemClock.schedule(40, note('after it'));
  expect(() => {
    jest.advanceTimersByTime(40);
  }).toThrow('It fails.');
  jest.advanceTimersByTime(1);
  expect(done).toEqual([['after it', 41]]);
});
