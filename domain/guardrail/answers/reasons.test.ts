import { addReason, readReason, reasonText, type ReasonCounts } from './reasons.ts';

it('reads a reason as it was written, also of a target with spaces', () => {
  const reasons = [
    { what: 'failed', target: 'openai/gpt x', kind: 'status', status: 503 },
    { what: 'failed-over', target: 'a/b', kind: 'timeout' },
  ] as const;
  expect(reasons.map((each) => readReason(reasonText(each)))).toEqual(reasons);
  expect(['', 'failed', 'other status 503 a/b', 'failed status 5 a/b'].map(readReason)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

it('counts no more kinds than are read, and loses no call', () => {
  const counts: ReasonCounts = {};
  for (let i = 0; i < 1_000; i += 1) addReason(counts, { what: 'failed', target: `a/${i}`, kind: 'empty' });
  expect(Object.keys(counts).length).toBeLessThanOrEqual(41);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(1_000);
  expect(counts['failed others - others']).toBe(960);
});
