import { insertPredictions } from '../../../config-store/evaluations/predictions.ts';
import { readStableHistory } from '../../../config-store/looks/read-stable-record.ts';
import { createApp, environment, startRelease } from '../../../config-store/test-fixtures/release-fixture.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import type { MirrorCalibration } from '../../schemas/mirror.ts';
import type { PlanFit } from '../../schemas/plan-fit.ts';
import type { ProblemBody } from '../../schemas/shared.ts';
import { useApi } from '../../test-fixtures/api-under-test.ts';

const api = useApi();

/** What looks have counted of errors: so many units of either arm, and how many of them were bad. */
async function look(releaseId: string, number: number, [candidate, stable]: [number, number][]) {
  const counts = {
    splitVersion: 1,
    ...{ candidateExposed: candidate?.[1], candidateBad: candidate?.[0] },
    ...{ stableExposed: stable?.[1], stableBad: stable?.[0], elapsedMs: 1_000 },
  };
  const errors = { short: [{ ...counts, candidateBad: 0 }], long: [counts] };
  await api.db.query(
    `insert into evidence (release_id, stage, look, split_version, counts, judgement) values ($1, 'canary-5', $2, 1, $3, '{}')`,
    [releaseId, number, { version: 2, elapsedMs: 1_000, dryRuns: {}, errors }],
  );
}

async function released(label: string, app?: { app: string; a: string }) {
  const { app: name, a } = app ?? (await createApp(api.db));
  const { release } = await startRelease(api.db, name, label);
  return { app: name, a, release };
}

/** Raw counts of a gateway, since a day. */
async function count(app: string, counts: object): Promise<void> {
  await api.db.query(`update split_history set at = now() - interval '1 day' where app = $1`, [app]);
  await api.db.query(
    `insert into arm_counter (gateway_id, boot_id, app, environment, split_version, arm, sequence, counts)
     select 'g', 'b', $1, $2, version, 'stable', 1, $3 from split where app = $1 and environment = $2`,
    [app, environment, counts],
  );
}

const raw = { admitted: 2_880, completed: 2_851, failed: 29, tokensIn: 288_000, tokensOut: 57_600 };

it('is held beside what the canary showed, by the sums of its looks', async () => {
  const { app, release } = await released('b');
  const rates = Array.from({ length: 19 }, (_, nth) => 0.005 + 0.0005 * nth);
  const predicted = {
    ...{ kind: 'rate', counter: 'errors', pairs: 100, candidateBad: 1, stableBad: 1 },
    ...{ candidate: rates, stable: rates },
  };
  const from = { guardrail: 'errors', predicted };
  await insertPredictions(api.db, release.id, [
    from,
    { guardrail: 'of-tomorrow', predicted: { kind: 'new' } },
  ]);
  // What was said stays as it was said.
  await insertPredictions(api.db, release.id, [{ guardrail: 'errors', predicted: {} }]);
  const path = `/v1/apps/${app}/mirror-calibration`;
  const before = await api.get<MirrorCalibration>(path, { as: 'viewer' });
  expect(before.body).toMatchObject({ releases: 1, scored: 0, held: 0, items: [{ guardrail: 'errors' }] });
  await look(release.id, 0, [
    [4, 300],
    [60, 6_000],
  ]);
  await look(release.id, 1, [
    [3, 400],
    [70, 7_000],
  ]);
  const { body } = await api.get<MirrorCalibration>(path, { as: 'viewer' });
  expect(body).toMatchObject({
    ...{ releases: 1, scored: 1, held: 1 },
    items: [
      { shown: { candidate: { bad: 7, units: 700 }, stable: { bad: 130, units: 13_000 } }, held: true },
    ],
  });
  await look(release.id, 2, [
    [200, 300],
    [0, 0],
  ]);
  expect((await api.get<MirrorCalibration>(path, { as: 'viewer' })).body).toMatchObject({
    scored: 1,
    held: 0,
  });
});

it('knows of stable what releases before have counted of it, on whichever arm it was', async () => {
  const own = await released('b');
  await look(own.release.id, 0, [
    [9, 100],
    [5, 1_000],
  ]);
  await count(own.app, { ...raw, latencyBuckets: [10, 0, 5] });
  const asked = { app: own.app, environment, days: 7 };
  const stable = await readStableHistory(api.db, { ...asked, stable: own.a });
  expect(stable).toMatchObject({
    counted: { errors: { bad: 5, units: 1_000 } },
    record: { completed: 2_851, failed: 29, latencyBuckets: [10, 0, 5] },
    traffic: { requests: 2_880, tokensIn: 288_000 },
  });
  const candidate = await readStableHistory(api.db, { ...asked, stable: own.release.revision });
  expect(candidate.counted).toEqual({ errors: { bad: 9, units: 100 } });
  const nobody = await readStableHistory(api.db, { ...asked, stable: undefined });
  expect(nobody.counted).toEqual({});
});

it('says what a plan finds in the traffic that gateways have counted, or in what is said', async () => {
  const { app } = await createApp(api.db);
  const plan = planSchema.parse({
    steps: [
      { weight: 5, hold: '10m', minExposures: 1 },
      { weight: 100, hold: '10m', minExposures: 1 },
    ],
  });
  const ask = (body: object) =>
    api.post<PlanFit & ProblemBody>(`/v1/apps/${app}/plan-fit`, { as: 'viewer', body });
  expect(await ask({ plan })).toMatchObject({ status: 409, body: { code: 'lacks_data' } });
  await count(app, raw);
  const { body } = await ask({ plan });
  expect(body.requestsPerDay).toBeCloseTo(2_880, -1);
  expect(body.takesMs).toBeCloseTo(1_200_000, -3);
  expect(body).toMatchObject({
    ...{ decidedBy: 'mixed', takenBackAtMost: 0.05 },
    nonsense: expect.stringMatching(/^The step at 5 % finds nothing.* 2\.0 requests a minute/) as unknown,
    mirror: { calls: 200, tokensIn: 20_000, tokensOut: 4_000 },
    suggested: { holdback: 25, against: [] },
  });
  const errors = body.steps[1]?.finds.find(({ guardrail }) => guardrail === 'errors');
  expect(errors?.baseRate).toBeCloseTo(0.01, 2);
  expect((await ask({ plan, requestsPerDay: 1e6 })).body).toMatchObject({ decidedBy: 'full' });
  expect((await ask({ plan, requestsPerDay: 100 })).body.suggested).toMatchObject({ holdback: 50 });
  expect((await ask({ plan, requestsPerDay: 1e6 })).body).not.toHaveProperty('nonsense');
});
