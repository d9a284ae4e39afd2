import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askPrometheus } from './ask-prometheus.ts';

interface Heard {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly query: string;
  readonly time: string;
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

/** What a Prometheus answers, by query; a function never answers. */
async function withPrometheus<T>(
  answers: Readonly<Record<string, { status?: number; body: unknown } | 'never'>>,
  use: (url: string, heard: Heard[]) => Promise<T>,
): Promise<T> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((form) => {
      const query = form.get('query') ?? '';
      const { authorization } = request.headers;
      heard.push({ path: request.url, authorization, query, time: form.get('time') ?? '' });
      const answer = answers[query] ?? { status: 400, body: { status: 'error', error: 'parse error' } };
      if (answer === 'never') return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const vector = (...values: string[]) => ({
  body: {
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  },
});
const scalar = (value: string) => ({
  body: { status: 'success', data: { resultType: 'scalar', result: [1, value] } },
});
const question = {
  source: 'prometheus',
  candidate: { bad: 'cb', exposed: 'ce' },
  stable: { bad: 'sb', exposed: 'se' },
};
const good = { cb: vector('3'), ce: vector('100.5'), sb: scalar('0'), se: vector('1e3') };

it('asks for the four numbers at one moment, with the token, below the path of its base', async () => {
  await withPrometheus(good, async (url, heard) => {
    const source = { url: `${url}/prom/`, token: 'secret', timeoutMs: 30_000 };
    expect(await askPrometheus(source, question, { atMs: 1_700_000_000_500, before: undefined })).toEqual({
      candidate: { bad: 3, exposed: 100.5 },
      stable: { bad: 0, exposed: 1000 },
    });
    expect(heard.map(({ query }) => query).sort()).toEqual(['cb', 'ce', 'sb', 'se']);
    for (const { path, authorization, time } of heard)
      expect([path, authorization, time]).toEqual(['/prom/api/v1/query', 'Bearer secret', '1700000000.5']);
  });
});

it.each([
  ['no series', vector(), 'cb: no data'],
  ['several series', vector('1', '2'), 'cb: 2 series; sum them up'],
  ['what is no number', vector('NaN'), 'cb: NaN is no count'],
  ['a negative one', vector('-1'), 'cb: -1 is no count'],
  ['infinitely many', vector('+Inf'), 'cb: +Inf is no count'],
  ['what would overflow', vector('1e300'), 'cb: 1e300 is no count'],
  ['nothing for a number', vector(''), 'cb:  is no count'],
  ['a number of another language', vector('0x10'), 'cb: 0x10 is no count'],
  ['a refusal', { status: 401, body: 'Unauthorized' }, 'cb: no answer of numbers (401)'],
  [
    'an error of its own',
    { status: 422, body: { status: 'error', error: 'bad\nfunction' } },
    'cb: bad function',
  ],
  [
    'a range',
    { body: { status: 'success', data: { resultType: 'matrix', result: [] } } },
    'cb: no answer of numbers (200)',
  ],
  ['another page', { body: '<html>' }, 'cb: no answer of numbers (200)'],
  ['a redirection', { status: 302, body: '' }, expect.any(String) as string],
])('says why where it answers with %s, and takes it for no zero', async (_what, answer, why) => {
  await withPrometheus({ ...good, cb: answer }, async (url) => {
    expect(await askPrometheus({ url, timeoutMs: 30_000 }, question, { atMs: 0, before: undefined })).toEqual(
      { why },
    );
  });
});

it('shows no token that a store quotes, whole or in part, nor one that no header can have', async () => {
  const token = `secret-${'k'.repeat(200)}`;
  const error = { status: 401, body: { status: 'error', error: `who is Bearer ${token}?` } };
  await withPrometheus({ ...good, cb: error }, async (url) => {
    expect(
      await askPrometheus({ url, token, timeoutMs: 30_000 }, question, { atMs: 0, before: undefined }),
    ).toEqual({
      why: 'cb: who is Bearer …?',
    });
    const broken = await askPrometheus({ url, token: 'sec\nret', timeoutMs: 30_000 }, question, {
      atMs: 0,
      before: undefined,
    });
    expect(JSON.stringify(broken)).not.toMatch(/sec.*ret/);
  });
});

it('waits no longer than its time, for all of them together, and not for one that is not there', async () => {
  await withPrometheus({ ...good, se: 'never' }, async (url) => {
    expect(await askPrometheus({ url, timeoutMs: 60 }, question, { atMs: 0, before: undefined })).toEqual({
      why: 'no answer within 60 ms',
    });
  });
  expect(
    await askPrometheus({ url: 'http://127.0.0.1:1', timeoutMs: 30_000 }, question, {
      atMs: 0,
      before: undefined,
    }),
  ).toHaveProperty('why');
});
