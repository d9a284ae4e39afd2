import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { waitFor } from '../../tests/support/wait-for.ts';
import { manualClock, type ManualClock } from '../test-fixtures/manual-clock.ts';
import type { ChainResult } from './chain.ts';
import type { ModelEvent } from '../../protocols/event.ts';
import type { ModelRequest } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import * as recorded from '../../protocols/test-fixtures/recorded-answers.ts';
import { type ChainCaller, createChainCaller } from './call-chain.ts';
import { readEvents } from './test-fixtures/read-events.ts';
import {
  hang,
  json,
  type Script,
  type ScriptedUpstream,
  sse,
  startScriptedUpstream,
} from './test-fixtures/scripted-upstream.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let clock: ManualClock;
let caller: ChainCaller;

beforeEach(async () => {
  first = await startScriptedUpstream();
  second = await startScriptedUpstream();
  second.play(sse(recorded.chatStream));
  clock = manualClock();
  caller = createChainCaller({ clock });
});

afterEach(async () => {
  await caller.close();
  await Promise.all([first.close(), second.close()]);
});

function requestOf(more: Record<string, string | boolean | number> = {}): ModelRequest {
  const body = { model: 'app', messages: [{ role: 'user', content: 'Hello' }], stream: true, ...more };
  return parseInbound('openai-chat', body).request;
}

function target(provider: string, origin: string, more: Partial<ResolvedTarget> = {}): ResolvedTarget {
  return {
    provider,
    kind: 'openai',
    baseUrl: `${origin}/v1`,
    model: 'gpt-5-mini',
    logicalModel: 'gpt-5-mini',
    parameters: {},
    timeoutsMs: { connect: 2000, firstContent: 20_000, idle: 15_000 },
    ...more,
  };
}

const chain = (): ResolvedTarget[] => [target('primary', first.origin), target('backup', second.origin)];

function call(more: Partial<Parameters<ChainCaller['callChain']>[0]> = {}): Promise<ChainResult> {
  const signal = new AbortController().signal;
  return caller.callChain({ chain: chain(), request: requestOf(), totalTimeoutMs: 60_000, signal, ...more });
}

function eventsOf(result: ChainResult): Promise<ModelEvent[]> {
  if (result.kind === 'failed') throw new Error(`The chain failed: ${result.error.message}`);
  return readEvents(result);
}

const textOf = (events: ModelEvent[]): string =>
  events.map((event) => (event.type === 'text' ? event.delta : '')).join('');

const openAiError = (type: string, code: string | null = null, message = 'No.') => ({
  error: { message, type, param: null, code },
});

/** Waits until an upstream has a request, and then lets time pass. */
async function letTimePass(ms: number, upstream = first): Promise<void> {
  await waitFor(() => upstream.requests.length > 0, { what: 'the request' });
  clock.advance(ms);
}

describe('fails over', () => {
  const faults: [string, Script, string][] = [
    ['a 500', json(openAiError('server_error'), 500), 'server_error'],
    ['a 503 of a proxy', (response) => response.writeHead(503).end('<html>'), 'http_503'],
    ['a 408', json(openAiError('timeout'), 408), 'timeout'],
    ['a 409', json(openAiError('conflict'), 409), 'conflict'],
    ['a 429', json(openAiError('rate_limit_error', 'rate_limit_exceeded'), 429), 'rate_limit_exceeded'],
    [
      'an empty account',
      json(openAiError('insufficient_quota', 'insufficient_quota'), 429),
      'insufficient_quota',
    ],
    [
      'an unknown model',
      json(openAiError('invalid_request_error', 'model_not_found'), 404),
      'model_not_found',
    ],
    ['a revoked key', json(openAiError('invalid_request_error', 'invalid_api_key'), 401), 'invalid_api_key'],
    ['a forbidden model', json(openAiError('invalid_request_error', 'some_code'), 403), 'some_code'],
    [
      'a deployment that is not there',
      json(openAiError('', 'DeploymentNotFound'), 404),
      'DeploymentNotFound',
    ],
    ['a redirection', (response) => response.writeHead(302, { location: '/x' }).end(), 'http_302'],
    ['a wrong address', (response) => response.writeHead(405).end('no'), 'http_405'],
    [
      'a spent limit that a vendor calls a 400',
      json(
        openAiError('invalid_request_error', null, 'You have reached your specified API usage limits.'),
        400,
      ),
      'insufficient_quota',
    ],
    ['a connection closed before the head', (response) => response.destroy(), 'provider_broke_off'],
    [
      'a stream that breaks before content',
      sse(recorded.chatStream.slice(0, 1), 'break'),
      'provider_broke_off',
    ],
    ['a stream that ends before content', sse(recorded.chatStream.slice(0, 1)), 'provider_broke_off'],
    ['a stream of nothing', sse([]), 'provider_broke_off'],
    [
      'a stream without content',
      sse([...recorded.chatStream.slice(0, 1), ...recorded.chatStream.slice(3)]),
      'provider_sent_nothing',
    ],
    ['a malformed stream', sse(['data: {"choices": [\n\n']), 'provider_broke_off'],
    [
      'an error inside the stream',
      sse([`data: ${JSON.stringify(openAiError('server_error'))}\n\n`]),
      'server_error',
    ],
  ];

  it.each(faults)('on %s', async (_name, script, code) => {
    first.play(script);
    const result = await call();
    expect(result.attempts).toMatchObject([
      { provider: 'primary', outcome: 'failed', failure: { code, tryNext: true } },
      { provider: 'backup', outcome: 'answered', status: 200 },
    ]);
    expect(textOf(await eventsOf(result))).toBe('Grüße 👋 from Wien');
  });

  it.each([
    [
      'a malformed body',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":'),
    ],
    ['a body of another kind', json({ hello: 'world' })],
    ['an error with status 200', json(openAiError('server_error'))],
    [
      'an answer without content',
      json({ ...recorded.chatCompletion, choices: [{ message: { content: '' }, finish_reason: 'stop' }] }),
    ],
  ] as [string, Script][])('on %s of a whole answer', async (_name, script) => {
    first.play(script);
    second.play(json(recorded.chatCompletion));
    const result = await call({ request: requestOf({ stream: false }) });
    expect(result.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'answered']);
    expect(textOf(await eventsOf(result))).toBe('Grüße 👋 from Wien');
  });

  it('on a refused connection', async () => {
    const port = await freePort();
    const dead = target('dead', `http://127.0.0.1:${port}`);
    const result = await call({ chain: [dead, target('backup', second.origin)] });
    expect(result.attempts).toMatchObject([
      { failure: { kind: 'connect', status: 502 } },
      { outcome: 'answered' },
    ]);
  });

  it('on a connection that does not come about, after the connect timer', async () => {
    // A server that accepts TCP and never speaks TLS: the connection stays in the making.
    const mute = createServer();
    mute.listen(0, '127.0.0.1');
    const connected = once(mute, 'connection');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const result = call({
      chain: [target('mute', `https://127.0.0.1:${port}`), target('backup', second.origin)],
    });
    const [socket] = (await connected) as [Socket];
    clock.advance(2000);
    expect((await result).attempts).toMatchObject([
      { failure: { kind: 'timeout', code: 'connect_timeout', status: 504 }, durationMs: 2000 },
      { outcome: 'answered' },
    ]);
    socket.destroy();
    mute.close();
  });

  it.each([
    ['before the head', hang],
    ['after the head', sse([], 'hang')],
    ['after an empty first chunk', sse(recorded.chatStream.slice(0, 1), 'hang')],
  ])('on a provider that hangs %s, after the first-content timer', async (_name, script) => {
    first.play(script);
    const result = call();
    await letTimePass(19_999);
    expect(second.requests).toHaveLength(0);
    clock.advance(1);
    expect((await result).attempts).toMatchObject([
      { failure: { kind: 'timeout', code: 'first_content_timeout' }, durationMs: 20_000 },
      { outcome: 'answered' },
    ]);
    await waitFor(async () => (await first.openConnections()) === 0, {
      what: 'the hanging connection to be closed',
    });
  });
});

describe('does not fail over', () => {
  it.each([
    [400, 400],
    [413, 413],
    [415, 415],
    [422, 422],
  ])('on a %i, which the caller sees as %i', async (status, seen) => {
    first.play(json(openAiError('invalid_request_error', 'some_code'), status));
    const result = await call();
    expect(result).toMatchObject({
      kind: 'failed',
      error: { status: seen, code: 'some_code', tryNext: false, fault: 'caller' },
    });
    expect(second.requests).toHaveLength(0);
  });

  it('and charges the revision for a 400 about one of its own parameters', async () => {
    const error = { message: 'No.', type: 'invalid_request_error', param: 'temperature', code: null };
    first.play(json({ error }, 400));
    const result = await call({
      chain: [target('primary', first.origin, { parameters: { temperature: 3 } })],
    });
    expect(result).toMatchObject({ kind: 'failed', error: { status: 400, fault: 'revision' } });
  });

  it('once the caller has gone away', async () => {
    first.play(hang);
    const left = new AbortController();
    const result = call({ signal: left.signal });
    await waitFor(() => first.requests.length === 1, { what: 'the request' });
    left.abort();
    expect(await result).toMatchObject({ kind: 'failed', error: { kind: 'aborted', fault: 'caller' } });
    expect(second.requests).toHaveLength(0);
    await waitFor(async () => (await first.openConnections()) === 0, { what: 'the connection to be closed' });
  });

  it('after the total timer, which spans the chain', async () => {
    first.play(hang);
    second.play(hang);
    const result = call({ totalTimeoutMs: 30_000 });
    await letTimePass(20_000);
    await letTimePass(10_000, second);
    expect(await result).toMatchObject({
      kind: 'failed',
      error: { kind: 'timeout', code: 'total_timeout', status: 504 },
    });
    expect(clock.pending()).toBe(0);
  });
});

describe('a stream after its first content', () => {
  it('ends in an error when it breaks, and is not tried elsewhere', async () => {
    first.play(sse(recorded.chatStream.slice(0, 2), 'break'));
    const events = await eventsOf(await call());
    expect(textOf(events)).toBe('Grüße 👋');
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { kind: 'broken' } });
    expect(events.some((event) => event.type === 'finish')).toBe(false);
    expect(second.requests).toHaveLength(0);
  });

  it('ends in an error after the idle timer', async () => {
    first.play(sse(recorded.chatStream.slice(0, 2), 'hang'));
    const events = eventsOf(await call());
    await waitFor(() => clock.pending() === 2, { what: 'the idle timer to start beside the total one' });
    clock.advance(15_000);
    expect((await events).at(-1)).toMatchObject({ type: 'error', failure: { code: 'idle_timeout' } });
  });

  it('ends in an error after the total timer', async () => {
    first.play(sse(recorded.chatStream.slice(0, 2), 'hang'));
    const events = eventsOf(await call({ totalTimeoutMs: 10_000 }));
    await waitFor(() => clock.pending() === 2, { what: 'the answer to be waited for' });
    clock.advance(10_000);
    expect((await events).at(-1)).toMatchObject({ type: 'error', failure: { code: 'total_timeout' } });
  });

  it('ends the call when it is left early', async () => {
    first.play(sse(recorded.chatStream.slice(0, 2), 'hang'));
    const left = new AbortController();
    const result = await call({ signal: left.signal });
    const events = eventsOf(result);
    left.abort();
    expect((await events).at(-1)).toMatchObject({ type: 'error', failure: { kind: 'aborted' } });
    await waitFor(async () => (await first.openConnections()) === 0, { what: 'the connection to be closed' });
    expect(clock.pending()).toBe(0);
  });

  it('is whole where the server leaves out [DONE]', async () => {
    first.play(sse(recorded.chatStream.slice(0, -1)));
    expect((await eventsOf(await call())).at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });
});

describe('leaves a target alone', () => {
  it('for as long as its Retry-After says', async () => {
    first.play(json(openAiError('rate_limit_error'), 429, { 'retry-after': '20' }), sse(recorded.chatStream));
    await eventsOf(await call());
    clock.advance(19_999);
    const while_ = await call();
    await eventsOf(while_);
    expect(while_.attempts).toMatchObject([
      { outcome: 'skipped', failure: { kind: 'unavailable' } },
      { provider: 'backup', outcome: 'answered' },
    ]);
    expect(first.requests).toHaveLength(1);
    clock.advance(1);
    const after = await call();
    await eventsOf(after);
    expect(after.attempts).toMatchObject([{ provider: 'primary', outcome: 'answered' }]);
  });

  it('and asks again, half-open, where there is no other', async () => {
    first.play(json(openAiError('rate_limit_error'), 429, { 'retry-after': '27' }), sse(recorded.chatStream));
    const only = [target('primary', first.origin)];
    expect(await call({ chain: only })).toMatchObject({ error: { status: 429, retryAfterMs: 27_000 } });
    for (let i = 0; i < 3; i++) {
      const result = await call({ chain: only });
      expect(result).toMatchObject({ index: 0, attempts: [{ outcome: 'answered' }] });
      await eventsOf(result);
    }
  });

  it('and lets one call at a time ask, with pauses, while the others hear 429 and when to come back', async () => {
    first.play(json(openAiError('rate_limit_error', 'tokens'), 429, { 'retry-after': '20' }));
    const only = [target('primary', first.origin)];
    await call({ chain: only });
    clock.advance(5000);
    const both = await Promise.all([call({ chain: only }), call({ chain: only })]);
    expect(first.requests).toHaveLength(2);
    expect(both).toMatchObject([
      { error: { kind: 'status', status: 429, code: 'tokens', retryAfterMs: 20_000 } },
      { error: { kind: 'unavailable', status: 429, code: 'tokens', retryAfterMs: 15_000 } },
    ]);
    for (const [afterMs, asked] of [
      [999, 2],
      [1, 3],
      [1_999, 3],
      [1, 4],
    ] as const) {
      clock.advance(afterMs);
      expect(await call({ chain: only })).toMatchObject({ error: { status: 429 } });
      expect(first.requests).toHaveLength(asked);
    }
  });

  it('and asks it in need where the others fail', async () => {
    first.play(json(openAiError('rate_limit_error'), 429, { 'retry-after': '20' }), sse(recorded.chatStream));
    await eventsOf(await call());
    second.play(json(openAiError('server_error'), 503));
    const result = await call();
    expect(result).toMatchObject({ index: 0, target: { provider: 'primary' } });
    expect(result.attempts.map(({ outcome }) => outcome)).toEqual(['answered', 'failed']);
    await eventsOf(result);
  });

  it('after five failures, and never where it is the only one', async () => {
    first.play(json(openAiError('server_error'), 500));
    const only = [target('primary', first.origin)];
    for (let i = 0; i < 6; i++) await call({ chain: only });
    first.play(sse(recorded.chatStream));
    clock.advance(1000);
    for (let i = 0; i < 2; i++) {
      const result = await call({ chain: only });
      expect(result.kind).toBe('answered');
      await eventsOf(result);
    }
  });

  it('after five failures, until a probe succeeds', async () => {
    first.play(json(openAiError('server_error'), 500));
    for (let i = 0; i < 5; i++) await eventsOf(await call());
    await eventsOf(await call());
    expect(first.requests).toHaveLength(5);
    clock.advance(5000);
    first.play(sse(recorded.chatStream));
    for (let i = 0; i < 2; i++) {
      const result = await call();
      await eventsOf(result);
      expect(result.attempts).toMatchObject([{ provider: 'primary', outcome: 'answered' }]);
    }
  });
});

it('keeps no permit and no timer where something unforeseen is thrown', async () => {
  first.play(json(openAiError('server_error'), 500));
  for (let i = 0; i < 5; i++) await eventsOf(await call());
  clock.advance(5000);
  const probe: Parameters<ChainCaller['callChain']>[0] = {
    ...{ chain: chain(), request: requestOf(), totalTimeoutMs: 60_000, signal: new AbortController().signal },
    get callersHeaders(): Record<string, string> {
      throw new Error('Nobody foresaw this.');
    },
  };
  await expect(caller.callChain(probe)).rejects.toThrow('Nobody foresaw this.');
  expect(clock.pending()).toBe(0);
  first.play(sse(recorded.chatStream));
  const result = await call();
  await eventsOf(result);
  expect(result.attempts).toMatchObject([{ provider: 'primary', outcome: 'answered' }]);
});

describe('a request that does not fit a target', () => {
  const anthropicFirst = (): ResolvedTarget[] => [
    target('claude', first.origin, { kind: 'anthropic' }),
    target('backup', second.origin),
  ];

  it('goes to one that it fits', async () => {
    const request = requestOf({ logprobs: true });
    const result = await call({ chain: anthropicFirst(), request });
    expect(result.attempts).toMatchObject([
      { failure: { kind: 'refused_here', param: 'logprobs', fault: 'caller' } },
      { outcome: 'answered' },
    ]);
    expect(first.requests).toHaveLength(0);
  });

  it("is the revision's fault where its own parameters do not fit", async () => {
    const [claude] = anthropicFirst();
    const own = [{ ...claude!, parameters: { temperature: 1.5 } }];
    expect(await call({ chain: own })).toMatchObject({
      error: { fault: 'revision', code: 'revision_not_expressible' },
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('asks again for what the model can write, and remembers it', async () => {
  const { anthropicMessage } = recorded;
  const message = 'max_tokens: 64000 > 32000, which is the maximum allowed number of output tokens for m';
  first.play((response, { body }) => {
    const tooMany = Number(body['max_tokens']) > 32_000;
    const error = { type: 'error', error: { type: 'invalid_request_error', message } };
    json(tooMany ? error : anthropicMessage, tooMany ? 400 : 200)(response, first.requests.at(-1)!);
  });
  const only = [target('claude', first.origin, { kind: 'anthropic', baseUrl: first.origin })];
  const request = requestOf({ stream: false });
  for (const asked of [2, 3]) {
    const result = await call({ chain: only, request });
    expect(result).toMatchObject({ attempts: [{ outcome: 'answered', maxTokens: 32_000, status: 200 }] });
    await eventsOf(result);
    expect(first.requests).toHaveLength(asked);
  }
});

it("sends the caller's anthropic-beta to Anthropic's providers only", async () => {
  first.play(json(openAiError('server_error'), 500));
  const anthropic = target('backup', second.origin, { kind: 'anthropic' });
  await call({
    chain: [target('primary', first.origin), anthropic],
    callersHeaders: { 'anthropic-beta': 'context-1m-2025-08-07' },
  });
  expect(first.requests.map(({ headers }) => headers['anthropic-beta'])).toEqual([undefined]);
  expect(second.requests.map(({ headers }) => headers['anthropic-beta'])).toEqual(['context-1m-2025-08-07']);
});
