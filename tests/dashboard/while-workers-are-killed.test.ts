import { describeInBrowser } from './test-fixtures/browser.ts';
import { randomRun } from './random-run/run.ts';
import { withRandomWorld } from './random-run/world.ts';

describeInBrowser(
  'the dashboard and `release watch`, while workers are killed and the API is cut off',
  () => {
    it('is never green on data of more than 45 s, offers nothing that is refused, and has no error that nobody caught', async () => {
      const seed = String(Date.now());
      const report = await withRandomWorld((world) => randomRun({ ...world, seed, seconds: 75 }));
      expect({ seed, faults: report.faults }).toEqual({ seed, faults: [] });
      // It was there to be seen: green, and what is too old for it.
      expect(report.looks.green).toBeGreaterThan(0);
      expect(report.looks.stale).toBeGreaterThan(0);
    }, 300_000);
  },
);
