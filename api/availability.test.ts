import { randomUUID } from 'node:crypto';
import { waitFor } from '../tests/support/wait-for.ts';
import type { App } from './schemas/apps.ts';
import type { ProblemBody } from './schemas/shared.ts';
import { useApi } from './test-fixtures/api-under-test.ts';

const api = useApi();

async function ready(): Promise<[number, string[]]> {
  const response = await fetch(`${api.url}/readyz`);
  return [response.status, ((await response.json()) as { away: string[] }).away];
}

const comesBack = () =>
  waitFor(async () => (await fetch(`${api.url}/readyz`)).status === 200, {
    what: 'the API to be ready again',
  });

it('answers 503 at once while the database is away, and recovers by itself', async () => {
  expect((await api.get('/v1/apps')).status).toBe(200);
  await api.database.cut();
  const askedAt = performance.now();
  const asked = await Promise.all([
    api.get<ProblemBody>('/v1/apps'),
    api.post<ProblemBody>('/v1/apps', { body: { name: 'app-a' }, key: randomUUID() }),
    api.get<ProblemBody>('/v1/releases/some/events'),
  ]);
  expect(asked.map(({ status, body }) => [status, body.code])).toEqual([
    [503, 'unreachable'],
    [503, 'unreachable'],
    [503, 'unreachable'],
  ]);
  expect(asked[0].body.remedy).toMatch(/DATABASE_URL/);
  expect(await ready()).toEqual([503, ['postgresql']]);
  expect(performance.now() - askedAt).toBeLessThan(5_000);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  await api.database.mend();
  await comesBack();
  expect((await api.get('/v1/apps')).status).toBe(200);
});

it('works on while Temporal is away, and says that it is', async () => {
  await api.temporalProxy.cut();
  // A load balancer must not take rollback away with it.
  // An answer of the moment before is given to whoever asks within it.
  const away = await waitFor(
    async () => {
      const answer = await ready();
      return answer[1].length > 0 && answer;
    },
    { what: 'the API to miss Temporal' },
  );
  expect(away).toEqual([200, ['temporal']]);
  const name = `app-${randomUUID().slice(0, 8)}`;
  expect((await api.post<App>('/v1/apps', { body: { name } })).status).toBe(201);
  await api.temporalProxy.mend();
  await waitFor(async () => (await ready())[1].length === 0, { what: 'the API to reach Temporal again' });
});

it('lets a request whose answer was lost be sent again with its key', async () => {
  const name = `app-${randomUUID().slice(0, 8)}`;
  const key = randomUUID();
  await api.database.cut();
  expect((await api.post('/v1/apps', { body: { name }, key })).status).toBe(503);
  await api.database.mend();
  await comesBack();
  expect((await api.post('/v1/apps', { body: { name }, key })).status).toBe(201);
});
