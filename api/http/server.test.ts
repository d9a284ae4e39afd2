import { pino } from 'pino';
import { useApi } from '../test-fixtures/api-under-test.ts';
import type { ProblemBody } from '../schemas/shared.ts';

const lines: Record<string, unknown>[] = [];
const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
const api = useApi({ log: pino({}, { write }) });

interface Sent {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

async function send(path: string, { headers = {}, ...rest }: Sent) {
  const init = { ...rest, headers: { authorization: `Bearer ${api.tokens.admin}`, ...headers } };
  const response = await fetch(api.url + path, init);
  return { response, problem: (await response.json()) as ProblemBody };
}

const json = { 'content-type': 'application/json' };

describe('what cannot be read', () => {
  it.each([
    ['not JSON', '{"name":', json, /not valid JSON/],
    ['a JSON that is no object', '"name"', json, /not valid JSON/],
    ['no content-type', '{"name":"a"}', { 'content-type': 'text/plain' }, /not marked as JSON/],
    ['a wrong field', '{"name":"A b"}', json, /name: a name has lower-case letters/],
    ['an unknown field', '{"name":"a","wat":1}', json, /"wat"/],
    ['a body in an unknown encoding', 'x', { ...json, 'content-encoding': 'wat' }, /encoding/],
  ])('answers 400 to %s', async (_what, body, headers, detail) => {
    const { response, problem } = await send('/v1/apps', { method: 'POST', body, headers });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem.code).toBe('invalid_request');
    expect(problem.detail).toMatch(detail);
    expect(problem.instance).toBe(`urn:request:${response.headers.get('x-request-id')}`);
  });

  it('names each wrong field', async () => {
    const body = JSON.stringify({
      app: 'UP',
      revision: 'b',
      plan: { steps: [{ weight: 500, hold: 'soon' }] },
    });
    const { problem } = await send('/v1/releases', { method: 'POST', body, headers: json });
    expect(problem.errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['app', 'plan.steps.0.weight', 'plan.steps.0.hold']),
    );
  });

  it('says what each of several alternatives misses', async () => {
    const body = JSON.stringify({ app: 'a', revision: 'b', plan: { evaluate: { minPas: 1 } } });
    const { problem } = await send('/v1/releases', { method: 'POST', body, headers: json });
    expect(problem.detail).toMatch(/plan\.evaluate: .*minPas/);
  });

  it('answers 400 to a path and to a query that cannot be read', async () => {
    expect((await send('/v1/apps/%E0%A4%A', {})).response.status).toBe(400);
    expect((await send('/v1/apps?limit=0', {})).response.status).toBe(400);
    expect((await send('/v1/apps?limit=51', {})).response.status).toBe(400);
    expect((await send('/v1/apps?cursor=wat', {})).response.status).toBe(400);
  });

  it('answers 400 to JSON beyond all bounds', async () => {
    const deep = `{"name":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const { response, problem } = await send('/v1/apps', { method: 'POST', body: deep, headers: json });
    expect([response.status, problem.detail]).toEqual([400, 'The body is nested deeper than 100 levels.']);
    const many = `{"name":[${'[],'.repeat(300_000)}1]}`;
    expect((await send('/v1/apps', { method: 'POST', body: many, headers: json })).response.status).toBe(400);
  });

  it('answers 400 to names under which nothing can be kept or looked up', async () => {
    const publish = (plans: string) =>
      send('/v1/apps', {
        method: 'POST',
        body: `{"name":"a","publication":{"plans":{${plans}},"suites":[]}}`,
        headers: json,
      });
    const reserved = await publish('"__proto__":{}');
    expect([reserved.response.status, reserved.problem.detail]).toEqual([
      400,
      'The body has a key __proto__.',
    ]);
    expect((await publish('"constructor":{}')).problem.detail).toContain(
      'nothing can be called "constructor"',
    );
  });

  it('names some of the faults of a request that has very many, and quotes each in part', async () => {
    const unknown = Object.fromEntries(
      Array.from({ length: 18_000 }, (_, i) => [`${i}${'k'.repeat(90)}`, 1]),
    );
    const bodies = [
      unknown,
      { app: 'a', revision: 'b', plan: { steps: Array.from({ length: 90_000 }, () => 1) } },
    ];
    for (const body of bodies) {
      const { response, problem } = await send('/v1/releases', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: json,
      });
      expect(response.status).toBe(400);
      expect(JSON.stringify(problem).length).toBeLessThan(60_000);
    }
  });

  it('answers 413 to a body over 2 MB', async () => {
    const body = JSON.stringify({ name: 'a', reason: 'x'.repeat(2 * 1024 * 1024) });
    const { response, problem } = await send('/v1/apps', { method: 'POST', body, headers: json });
    expect([response.status, problem.code]).toEqual([413, 'body_too_large']);
  });

  it('reads no body of a caller that it does not know', async () => {
    const { response } = await send('/v1/apps', {
      method: 'POST',
      body: '{"name":',
      headers: { ...json, authorization: 'Bearer wrong' },
    });
    expect(response.status).toBe(401);
  });

  it('answers 404 to what there is not', async () => {
    const { response, problem } = await send('/v1/wat', {});
    expect(response.status).toBe(404);
    expect(problem.detail).toBe('There is no GET /v1/wat.');
  });
});

describe('who may ask', () => {
  it.each([undefined, 'Bearer', 'Basic dTpw', 'Bearer wrong', 'Bearer a b'])(
    'answers 401 to the authorization %s',
    async (authorization) => {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await fetch(`${api.url}/v1/apps`, { headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
    },
  );
});

describe('what needs no token', () => {
  it.each([
    ['/healthz', 200, { status: 'ok', version: '0.0.0-test' }],
    ['/readyz', 200, { status: 'ready', away: [] }],
  ])('%s', async (path, status, body) => {
    const response = await fetch(api.url + path);
    expect([response.status, await response.json()]).toEqual([status, body]);
  });

  it('/metrics, at an address of its own, counts requests by operation and status', async () => {
    expect((await fetch(`${api.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${api.adminUrl}/v1/apps`)).status).toBe(404);
    await api.get('/v1/apps');
    await api.get('/v1/apps/missing');
    const text = await (await fetch(`${api.adminUrl}/metrics`)).text();
    expect(text).toMatch(/sluice_api_requests_total\{operation="listApps",status="200"\} \d/);
    expect(text).toMatch(/sluice_api_requests_total\{operation="getApp",status="404"\} 1/);
    expect(text).toMatch(/^sluice_api_audit_waiting_seconds [\d.]+$/m);
  });
});

it('a line of the log names the release or the app that was asked for, also where the answer is no', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { ...json, traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  const post = (path: string) => send(path, { method: 'POST', body: '{}', headers });
  const about = async (path: string) => {
    const requestId = (await post(path)).response.headers.get('x-request-id');
    return lines.filter((line) => line['requestId'] === requestId);
  };
  const release = 'rel_0123456789abcdef0123456789abcdef';
  expect(await about(`/v1/releases/${release}/pause`)).toEqual([
    expect.objectContaining({ release, trace: traceId, code: 'not_found' }),
  ]);
  expect(await about('/v1/apps/nobody/rollback')).toEqual([
    expect.objectContaining({ app: 'nobody', trace: traceId, code: 'not_found' }),
  ]);
  const [check] = await about('/v1/releases/check');
  expect(check).not.toHaveProperty('release');
});
