import type { Problem } from '../schemas/shared.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';

const api = useApi({ requestsPerMinute: 2 });

it('answers 429 with Retry-After to too many requests, and leaves health checks alone', async () => {
  await api.get('/v1/apps');
  await api.get('/v1/apps', { token: 'wrong' });
  const { status, body, headers } = await api.get<Problem>('/v1/apps');
  expect([status, body.code]).toEqual([429, 'rate_limited']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  for (const path of ['/healthz', '/readyz', '/openapi.json'])
    expect((await fetch(api.url + path)).status).toBe(200);
});
