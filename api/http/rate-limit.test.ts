import type { ProblemBody } from '../schemas/shared.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';

const api = useApi({ requestsPerMinute: 2, trustedProxies: ['loopback'] });

it('answers 429 with Retry-After to too many requests, and leaves health checks alone', async () => {
  await api.get('/v1/apps');
  await api.get('/v1/apps', { token: 'wrong' });
  const { status, body, headers } = await api.get<ProblemBody>('/v1/apps');
  expect([status, body.code]).toEqual([429, 'rate_limited']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  for (const path of ['/healthz', '/readyz', '/openapi.json'])
    expect((await fetch(api.url + path)).status).toBe(200);
});

it('is for each whom a proxy that is trusted names', async () => {
  const ask = async (from: string) =>
    (await fetch(`${api.url}/v1/apps`, { headers: { 'x-forwarded-for': from } })).status;
  expect([await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.1')]).toEqual([401, 401, 429]);
  // What a client says before the proxy does is not believed.
  expect([await ask('192.0.2.9, 192.0.2.1'), await ask('192.0.2.2')]).toEqual([429, 401]);
});
