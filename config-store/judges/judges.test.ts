import { useDatabase } from '../test-fixtures/use-database.ts';
import { insertCalibration } from './insert-calibration.ts';
import { newestCalibrations } from './newest-calibrations.ts';
import { takeJudgeCall } from './take-judge-call.ts';

const store = useDatabase();

it('keeps a judge’s day: no more verdicts than it may, however many ask at once', async () => {
  const ask = () => takeJudgeCall(store.db, { judge: 'judge_a', callsPerDay: 5 });
  const taken = await Promise.all(Array.from({ length: 12 }, ask));
  expect(taken.filter(Boolean)).toHaveLength(5);
  expect(await takeJudgeCall(store.db, { judge: 'judge_b', callsPerDay: 5 })).toBe(true);
  expect(await takeJudgeCall(store.db, { judge: 'judge_a', callsPerDay: 6 })).toBe(true);
});

it('knows each judge by its newest calibration; none ever goes, and all are in the audit log', async () => {
  const found = {
    ...{ judge: 'judge_a', name: 'default', environment: 'staging', labelsDigest: 'd', actor: 'user:ada' },
    ...{ goodPassed: 20, goodFailed: 5, badPassed: 5, badFailed: 20, notJudged: 0 },
    ...{ pairs: 12, flips: 2 },
  };
  await insertCalibration(store.db, found);
  const newer = await insertCalibration(store.db, { ...found, goodPassed: 24, goodFailed: 1 });
  await insertCalibration(store.db, { ...found, judge: 'judge_b' });
  expect(await newestCalibrations(store.db, ['judge_a'])).toEqual([newer]);
  expect(await newestCalibrations(store.db)).toHaveLength(2);
  await expect(store.db.query('delete from judge_calibration')).rejects.toThrow();
  const { rows } = await store.db.query(`select actor from audit_entry where action = 'judge.calibrated'`);
  expect(rows).toHaveLength(3);
});
