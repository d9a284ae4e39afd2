import { manualClock } from '../../test-fixtures/manual-clock.ts';
import { createSettleQueue } from './settle-queue.ts';

const act = (settle: () => void): void => {
  settle();
};

it('has one timer a second, whatever is due in it, and nothing early', () => {
  const clock = manualClock();
  const settleLater = createSettleQueue(clock, act);
  const settled: [due: number, at: number][] = [];
  const start = (dueMs: number): void => {
    settleLater(dueMs, () => settled.push([dueMs, clock.nowMs()]));
  };
  for (let i = 0; i < 3_000; i++) {
    start(clock.nowMs() + 5_000);
    start(clock.nowMs() + 60_000);
    clock.advance(1);
  }
  expect(clock.pending()).toBeLessThanOrEqual(8);
  clock.advance(60_000);
  expect(settled).toHaveLength(6_000);
  expect(settled.every(([due, at]) => at >= due && at - due < 1_000)).toBe(true);
  expect(clock.pending()).toBe(0);
});

it('takes what is due already at the next second', () => {
  const clock = manualClock(250);
  const settled: number[] = [];
  createSettleQueue(clock, act)(-7_000, () => settled.push(clock.nowMs()));
  clock.advance(749);
  expect(settled).toEqual([]);
  clock.advance(1);
  expect(settled).toEqual([1_000]);
});

it('settles what else is due where one cannot be, and hides nothing', () => {
  const clock = manualClock();
  const settled: string[] = [];
  const failed: unknown[] = [];
  const settleLater = createSettleQueue(clock, act, (error) => failed.push(error));
  const defect = new Error('no row for this one');
  settleLater(1_000, () => settled.push('first'));
  settleLater(1_000, () => {
    throw defect;
  });
  settleLater(1_000, () => settled.push('last'));
  clock.advance(1_000);
  expect(settled).toEqual(['first', 'last']);
  expect(failed).toEqual([defect]);
});
