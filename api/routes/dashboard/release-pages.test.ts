import type { ComparedRevisions } from '../../schemas/dashboard/compare.ts';
import type { ReleaseChart } from '../../schemas/dashboard/chart.ts';
import type { GuardrailTile, ReleaseView } from '../../schemas/dashboard/release-view.ts';
import { useApi } from '../../test-fixtures/api-under-test.ts';
import { createBank } from '../../test-fixtures/bank.ts';
import { canaryWith as canaryOf } from '../../test-fixtures/canary-with.ts';
import type { LookedAt } from '../../../tests/support/store-checks.ts';

const api = useApi();

/** A release at 5 % with these looks. */
const canaryWith = (looks: readonly LookedAt[]) => canaryOf(api, looks);

const view = async (id: string) =>
  (await api.get<ReleaseView>(`/v1/releases/${id}/view`, { as: 'viewer' })).body;
const errorsIn = ({ guardrails }: { guardrails: GuardrailTile[] }) =>
  guardrails.find(({ name }) => name === 'errors');
const good: LookedAt = { exposed: 60, candidateBad: 0, stableBad: 1 };

it('shows applications that decide themselves beside the gateways', async () => {
  const { id, app } = await canaryWith([good]);
  const { gateways, traffic } = await view(id);
  expect(gateways).toEqual([]);
  const ack = { app, name: 'worker-1', bootId: 'b', version: traffic.splitVersion, ended: false };
  await api.db.query(`select client_acks('production', $1)`, [JSON.stringify([ack])]);
  expect((await view(id)).gateways).toEqual([
    {
      ...{ kind: 'client', gatewayId: 'client worker-1', state: 'serving', version: traffic.splitVersion },
      heartbeatAgeMs: expect.any(Number) as unknown,
    },
  ]);
});

it('shows a release whole: where it is, what it serves, what its guardrails found, what changed, and what one may do', async () => {
  const { id } = await canaryWith([good, good]);
  const shown = await view(id);
  expect(shown.rail.map(({ stage, state }) => [stage, state])).toEqual([
    ['evaluate', 'skipped'],
    ['mirror', 'to come'],
    ['canary-5', 'waiting'],
    ['canary-100', 'to come'],
    ['full', 'to come'],
  ]);
  expect(shown.rail[2]).toMatchObject({
    ...{ title: '5 %', weight: 5, hold: { heldMs: 30_000, ofMs: 600_000 } },
    // No gateway lives in this test: it says so.
    ...{ requests: { candidate: 120, needed: 50 }, waitsFor: expect.stringContaining('gateway') as unknown },
  });
  expect(shown.traffic).toMatchObject({ set: 5, splitVersion: 2, changes: [{ version: 2, weight: 5 }] });
  const errors = errorsIn(shown);
  expect(errors).toMatchObject({
    ...{ state: 'pass', acts: 'takes back', measure: 'share' },
    candidate: { n: 120, bad: 0, shown: '0 %' },
    stable: { n: 120, bad: 2, shown: '1.7 %' },
  });
  expect(errors?.difference?.lower).toBeLessThan(errors?.difference?.upper ?? 0);
  expect(errors?.limit?.says).toMatch(/^\+\d/);
  expect(shown.changed).toMatchObject({ from: { label: 'a' }, to: { label: 'b' } });
  expect(shown.changed.files.map(({ path }) => path)).toEqual(['chain.json']);
  expect(shown.timeline.at(-1)?.says).toBe('b was started');
  expect(shown.allowedActions.every(({ allowed, blockedReason }) => !allowed && blockedReason)).toBe(true);
});

it('says of each guardrail since when it is so, and that nothing is known where nothing was counted', async () => {
  const bad: LookedAt = { exposed: 40, candidateBad: 4, stableBad: 0 };
  const { id } = await canaryWith([good, bad, bad]);
  const shown = await view(id);
  const { body: chart } = await api.get<ReleaseChart>(`/v1/releases/${id}/chart`, { as: 'viewer' });
  const errors = errorsIn(shown);
  expect(errors?.state).toBe('watch');
  expect(chart.atMs.map((at) => new Date(at).toISOString())).toContain(errors?.since);
  expect(shown.row.tone).toBe('attention');
  const others = shown.guardrails.filter(({ name }) => name !== 'errors' && !name.includes('emergency'));
  expect(others.filter(({ state }) => state === 'pass')).toEqual([]);
});

it('calls nothing good that nobody has looked at for 45 seconds, though it was', async () => {
  const { id } = await canaryWith([good, good]);
  await api.db.query(
    `alter table evidence disable trigger all;
     update evidence set measured_at = measured_at - interval '50 seconds' where release_id = '${id}';
     update release set updated_at = updated_at - interval '50 seconds' where id = '${id}';
     alter table evidence enable trigger all`,
  );
  const shown = await view(id);
  expect(new Set(shown.guardrails.map(({ state }) => state))).toEqual(new Set(['no data']));
  expect(errorsIn(shown)?.says).toMatch(/^no data since 20/);
  expect(shown.row.liveAgeMs).toBeGreaterThan(45_000);
});

it('charts checks as columns of the same length, the first and the newest among them', async () => {
  const { id } = await canaryWith(Array.from({ length: 12 }, () => good));
  const { body } = await api.get<ReleaseChart>(`/v1/releases/${id}/chart?points=5`, { as: 'viewer' });
  expect([body.of, body.check]).toEqual([12, [0, 3, 6, 8, 11]]);
  expect(body.requests).toEqual([60, 240, 420, 540, 720]);
  expect(body.weight).toEqual([5, 5, 5, 5, 5]);
  for (const { evidence, candidate, lower, upper, limit } of body.guardrails)
    expect([evidence, candidate, lower, upper, limit].map(({ length }) => length)).toEqual([5, 5, 5, 5, 5]);
  expect(body.traffic).toHaveLength(1);
});

it('compares two revisions by what people write', async () => {
  const { app } = await createBank(api.db);
  const of = async (to: string) =>
    (await api.get<ComparedRevisions>(`/v1/apps/${app}/compare?from=a&to=${to}`, { as: 'viewer' })).body;
  const differs = await of('b');
  expect(differs.files).toEqual([
    {
      path: 'chain.json',
      before: expect.stringContaining('"model": "a"') as unknown,
      after: expect.stringContaining('"model": "b"') as unknown,
    },
  ]);
  const same = await of('a');
  expect([same.files, same.unchanged]).toEqual([[], expect.arrayContaining(['chain.json'])]);
  expect((await api.get(`/v1/apps/${app}/compare?from=a&to=none`, { as: 'viewer' })).status).toBe(404);
});
