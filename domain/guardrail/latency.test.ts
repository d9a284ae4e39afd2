import { latency } from './latency.ts';
import type { RequestCourse } from './request-course.ts';

const settings = { slowerThan: '10s', ratio: 1.25, floor: 0.0005, tolerance: 2 };
const observer = latency.observers({
  ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
  ...latency.counting(settings, { stableAnswerBuckets: [] }),
})['latency'];
const slowAfterMs = (course: Partial<RequestCourse>) =>
  observer?.badAfterMs({ totalTimeoutMs: 60_000, ...course }, 'candidate');
const endedAfter = (afterMs: number, ending: 'completed' | 'failed' | 'left-unanswered' | 'left-midway') => ({
  ended: { afterMs, ending },
});

it('is slow from the bound on, whatever its end is', () => {
  expect(slowAfterMs({})).toBe(10_000);
  expect(slowAfterMs(endedAfter(10_001, 'completed'))).toBe(10_000);
  expect(slowAfterMs(endedAfter(10_000, 'completed'))).toBe(Infinity);
  expect(slowAfterMs(endedAfter(10_001, 'left-unanswered'))).toBe(10_000);
  expect(slowAfterMs(endedAfter(9_000, 'left-unanswered'))).toBeUndefined();
  expect(slowAfterMs(endedAfter(9_000, 'left-midway'))).toBe(Infinity);
});

it('charges an arm with the time that it took to fail, as stable, and not with that of what answered for it', () => {
  const stables = slowAfterMs({ failedAfterMs: 7_000, ...endedAfter(7_000, 'failed') });
  expect(slowAfterMs({ failedAfterMs: 7_000, ...endedAfter(14_000, 'failed') })).toBe(stables);
  expect(slowAfterMs({ failedAfterMs: 7_000, ...endedAfter(14_000, 'completed') })).toBe(Infinity);
  expect(slowAfterMs({ failedAfterMs: 7_000 })).toBe(Infinity);
  expect(slowAfterMs({ failedAfterMs: 12_000, ...endedAfter(13_000, 'completed') })).toBe(10_000);
});
