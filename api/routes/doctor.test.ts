import { useApi } from '../test-fixtures/api-under-test.ts';
import { startCanary } from '../test-fixtures/bank.ts';
import { diagnosisSchema } from '../schemas/dashboard/doctor.ts';

const api = useApi();

it('says of what is there how it is, to a viewer', async () => {
  const { app } = await startCanary(api);
  const { body } = await api.get(`/v1/doctor?app=${app}`, { token: api.tokens.viewer });
  const { findings, apps, at } = diagnosisSchema.parse(body);
  expect(apps).toEqual([app]);
  expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
  const checks = findings.map(({ check }) => check);
  for (const check of [
    'temporal',
    'clocks',
    'gateways',
    'keys and bindings',
    'failover',
    'rollback rehearsed',
  ])
    expect(checks).toContain(check);
  expect(findings.every(({ state, remedy }) => (state === 'ok') === (remedy === undefined))).toBe(true);
});

it('knows no app that is not there', async () => {
  const { body } = await api.get('/v1/doctor?app=nobody', { token: api.tokens.viewer });
  expect(diagnosisSchema.parse(body)).toMatchObject({ apps: [], more: 0 });
});
