import type { JudgeList, JudgeState } from '../schemas/judges.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';

const api = useApi();

it('admits a judge by an admin’s labels alone, and tells everybody of it', async () => {
  const judge = `judge_${'a'.repeat(64)}`;
  const body = {
    ...{ judge, name: 'default', environment: 'staging', labelsDigest: 'b'.repeat(64), notJudged: 0 },
    ...{ goodPassed: 47, goodFailed: 3, badPassed: 4, badFailed: 46 },
  };
  expect((await api.post('/v1/judges/calibrations', { as: 'operator', body })).status).toBe(403);
  const rights = '/v1/judges/calibrations/rights';
  expect((await api.get(rights, { as: 'operator' })).status).toBe(403);
  expect((await api.get(rights)).status).toBe(200);
  const one = await api.post('/v1/judges/calibrations', { body: { ...body, badPassed: 0, badFailed: 0 } });
  expect(one.status).toBe(400);
  const made = await api.post<JudgeState>('/v1/judges/calibrations', { body });
  expect([made.status, made.body]).toMatchObject([201, { judge, mayDecide: true, actor: 'token:admin' }]);
  expect(made.body.sensitivity.estimate).toBeCloseTo(0.94);
  expect((await api.post('/v1/judges/calibrations', { body: { ...body, pairs: 3, flips: 4 } })).status).toBe(
    400,
  );
  const byPlace = await api.post<JudgeState>('/v1/judges/calibrations', {
    body: { ...body, pairs: 20, flips: 20 },
  });
  expect(byPlace.body).toMatchObject({ mayDecide: false, pairs: 20, byPlace: { estimate: 1 } });
  // The newest counts: one that has become blind decides nothing any more.
  await api.post('/v1/judges/calibrations', { body: { ...body, badPassed: 45, badFailed: 5 } });
  const { items } = (await api.get<JudgeList>('/v1/judges', { as: 'viewer' })).body;
  expect(items).toMatchObject([
    { judge, mayDecide: false, why: expect.stringMatching(/drop of 10 points/) as unknown },
  ]);
});
