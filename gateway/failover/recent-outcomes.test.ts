import fc from 'fast-check';
import { createRecentOutcomes } from './recent-outcomes.ts';

const windowMs = 100;
const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 60 }), failed: fc.boolean() }), {
  maxLength: 300,
});

it('counts what is younger than the window, as counting all over again does', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const recent = createRecentOutcomes(windowMs);
      const all: { atMs: number; failed: boolean }[] = [];
      let nowMs = 0;
      for (const { afterMs, failed } of sequence) {
        nowMs += afterMs;
        all.push({ atMs: nowMs, failed });
        const young = all.filter(({ atMs }) => nowMs - atMs < windowMs);
        expect(recent.add(nowMs, failed)).toEqual({
          total: young.length,
          failures: young.filter((outcome) => outcome.failed).length,
        });
      }
    }),
  );
});
