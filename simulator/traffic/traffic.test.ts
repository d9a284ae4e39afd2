import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '../../tests/support/wait-for.ts';
import { startTraffic, type Traffic, type TrafficOptions } from './traffic.ts';

/** What a tiny gateway answers to one request; the body is written in the protocol that it was asked in. */
interface Behaviour {
  readonly status?: number;
  readonly text?: string;
  readonly headers?: Record<string, string>;
  /** Streams: leave before the end. */
  readonly cut?: boolean;
  readonly hang?: boolean;
}
type Gateway = (subject: string, question: string) => Behaviour;

let server: Server | undefined;
let traffic: Traffic | undefined;
afterEach(async () => {
  // A request that was on its way connects only now: it is cut as well, or stop would wait for its time-out.
  const cutting = setInterval(() => server?.closeAllConnections(), 20);
  await traffic?.stop();
  clearInterval(cutting);
  server?.close();
});

async function start(gateway: Gateway, options: Partial<TrafficOptions> = {}): Promise<Traffic> {
  server = createServer((request, response) => void answer(gateway, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  traffic = startTraffic({
    targets: [{ openaiBaseUrl: `${origin}/v1`, anthropicBaseUrl: origin }],
    app: 'bank',
    queries: [{ text: 'where is my card', category: 'card_arrival' }],
    ratePerSecond: 200,
    subjects: 20,
    clients: ['openai', 'anthropic', 'http'],
    ...options,
  });
  return traffic;
}

async function answer(gateway: Gateway, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let raw = '';
  for await (const chunk of request) raw += String(chunk);
  const body = JSON.parse(raw) as { model: string; stream?: boolean; messages: { content: string }[] };
  const behaviour = gateway(String(request.headers['x-sluice-subject']), body.messages[0]?.content ?? '');
  if (behaviour.hang) return;
  const { status = 200, text = `${body.model}: intent: card_arrival`, headers = {}, cut = false } = behaviour;
  for (const [name, value] of Object.entries(headers)) response.setHeader(`x-sluice-${name}`, value);
  const isAnthropic = request.url === '/v1/messages';
  const events = isAnthropic ? anthropicEvents(text) : openaiEvents(text);
  response.setHeader(
    'content-type',
    body.stream && status === 200 ? 'text/event-stream' : 'application/json',
  );
  response.writeHead(status);
  if (status !== 200) response.end('{"error":{"message":"no"}}');
  else if (body.stream) response.end(events.slice(0, cut ? -1 : undefined).join(''));
  else
    response.end(
      JSON.stringify(
        isAnthropic ? { content: [{ type: 'text', text }] } : { choices: [{ message: { content: text } }] },
      ),
    );
}

const openaiEvents = (text: string): string[] => [
  `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`,
  `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
];
const anthropicEvents = (text: string): string[] => [
  `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`,
  `event: message_stop\ndata: ${JSON.stringify({ type: 'message_stop' })}\n\n`,
];
const served = (arm: string, revision: string, version = '1', reason = 'weight'): Record<string, string> => ({
  arm,
  revision,
  'split-version': version,
  reason,
});
const answered = (running: Traffic, count: number) =>
  waitFor(() => running.records().length >= count, { what: `${count} answers` });

/** No new requests, and every answer there. */
async function settle(running: Traffic): Promise<void> {
  running.setRate(0);
  await waitFor(() => running.stats().inFlight === 0, { what: 'the last answers' });
}

it('asks with every client, streaming and not, and reads arm and revision from the answers', async () => {
  const running = await start((subject) => ({
    headers: subject === 'subject-3' ? served('candidate', 'rev_b') : served('stable', 'rev_a'),
  }));
  await answered(running, 120);
  await settle(running);
  const { clients, revisions, splitVersions, sticky } = running.stats();
  for (const client of ['openai', 'anthropic', 'http'] as const) {
    const tally = clients[client];
    expect(tally?.answers).toBeGreaterThanOrEqual(40);
    expect(tally).toMatchObject({ ok: tally?.answers, right: tally?.answers, wrong: 0, errors: {} });
    expect(tally?.p95Ms).toBeGreaterThanOrEqual(tally?.p50Ms ?? Infinity);
    const streamed = running
      .records()
      .filter((record) => record.client === client && record.streaming).length;
    expect(streamed / running.records().filter((record) => record.client === client).length).toBeCloseTo(
      0.5,
      1,
    );
  }
  expect(revisions.map(({ arm, revision }) => `${arm} ${revision}`).sort()).toEqual([
    'candidate rev_b',
    'stable rev_a',
  ]);
  expect(splitVersions['1']?.['candidate']).toBeGreaterThan(0);
  expect(sticky).toEqual({ checked: running.records().length, violations: [] });
});

it('counts each way of failing apart, by revision where the headers came', async () => {
  const headers = served('candidate', 'rev_b');
  const bad: Behaviour[] = [
    { status: 503, headers },
    { text: '', headers },
    { text: 'intent: card_arrival_abroad', headers },
    { cut: true, headers },
    { hang: true },
  ];
  const running = await start((subject) => bad[Number(subject.split('-')[1]) % bad.length] ?? {}, {
    ratePerSecond: 60,
    timeoutMs: 2000,
  });
  const errorsOf = (revision: string) =>
    running.stats().revisions.find((r) => r.revision === revision)?.errors ?? {};
  await waitFor(
    () =>
      ['http_503', 'empty', 'broken_answer'].every((kind) => (errorsOf('rev_b')[kind] ?? 0) > 3) &&
      (errorsOf('none')['timeout'] ?? 0) > 3 &&
      running.countBad('rev_b').wrong > 3,
    { what: 'each kind of failure' },
  );
  await settle(running);
  const candidate = running.stats().revisions.find(({ revision }) => revision === 'rev_b');
  const { answers, failed, wrong } = running.countBad('rev_b');
  expect(failed + wrong + (candidate?.right ?? 0)).toBe(answers);
  expect(running.countBad('rev_b', Date.now() + 1).answers).toBe(0);
});

it('says when a revision was last seen', async () => {
  let revision = 'rev_a';
  const running = await start(() => ({ headers: served('stable', revision) }));
  await answered(running, 20);
  revision = 'rev_b';
  const changedAtMs = Date.now();
  await waitFor(() => (running.countBad('rev_b').answers >= 20 ? true : undefined), {
    what: 'answers of rev_b',
  });
  const [old, now] = [running.lastSeen('rev_a'), running.lastSeen('rev_b')];
  expect(old?.startedAtMs).toBeLessThanOrEqual(changedAtMs);
  expect(now?.startedAtMs).toBeGreaterThanOrEqual(changedAtMs);
  expect(now?.endedAtMs).toBeGreaterThanOrEqual(now?.startedAtMs ?? Infinity);
  expect(running.lastSeen('rev_c')).toBeUndefined();
});

it('does not wait for answers, and drops beyond its bound', async () => {
  const running = await start(() => ({ hang: true }), { maxInFlight: 30, timeoutMs: 60_000 });
  await waitFor(() => running.stats().dropped > 20, { what: 'dropped arrivals' });
  expect(running.stats()).toMatchObject({ sent: 30, inFlight: 30 });
});

it('calls a gateway that is away a connection error', async () => {
  const running = await start(() => ({}), {
    targets: [{ openaiBaseUrl: 'http://127.0.0.1:9/v1', anthropicBaseUrl: 'http://127.0.0.1:9' }],
  });
  await answered(running, 12);
  for (const tally of Object.values(running.stats().clients))
    expect(tally.errors).toEqual({ connection: tally.answers });
});
