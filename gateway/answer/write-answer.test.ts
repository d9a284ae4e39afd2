import { type IncomingMessage, request as httpRequest } from 'node:http';
import { text as textOfStream } from 'node:stream/consumers';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { waitFor } from '../../tests/support/wait-for.ts';
import { type ChainCaller, createChainCaller } from '../failover/call-chain.ts';
import {
  hang,
  json,
  type Script,
  type ScriptedUpstream,
  sse,
  startScriptedUpstream,
} from '../failover/test-fixtures/scripted-upstream.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from '../test-fixtures/gateway-under-test.ts';
import { manualClock, type ManualClock } from '../test-fixtures/manual-clock.ts';
import type { ModelEvent } from '../../protocols/event.ts';
import { saysNothing } from '../../protocols/scan.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import * as recorded from '../../protocols/test-fixtures/recorded-answers.ts';

let clock: ManualClock;
let caller: ChainCaller;
let upstream: ScriptedUpstream;
let gateway: GatewayUnderTest;

beforeEach(async () => {
  clock = manualClock();
  caller = createChainCaller({ clock });
  upstream = await startScriptedUpstream();
  gateway = await startGatewayUnderTest(caller.callChain, clock);
  gateway.chain = [target('openai')];
});

afterEach(async () => {
  await gateway.close();
  await caller.close();
  await upstream.close();
});

function target(kind: ResolvedTarget['kind']): ResolvedTarget {
  return {
    provider: kind,
    kind,
    baseUrl: kind === 'openai' ? `${upstream.origin}/v1` : upstream.origin,
    model: 'm',
    logicalModel: 'm',
    parameters: {},
    timeoutsMs: { connect: 30_000, firstContent: 30_000, idle: 30_000 },
  };
}

const messages = [{ role: 'user', content: 'Hello' }];

/** Sends a request and gives the answer once its head is there. */
function send(path: string, body: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(gateway.origin + path, { method: 'POST' }, resolve);
    sent.on('error', reject);
    sent.end(JSON.stringify({ model: 'app', stream: true, ...body }));
  });
}

const callers = [
  ['/v1/chat/completions', { messages }, ': keep-alive\n\n', '"code":"server_error"'],
  [
    '/v1/responses',
    { input: 'Hello' },
    ': keep-alive\n\n',
    'event: error\ndata: {"type":"error","code":"server_error"',
  ],
  [
    '/v1/messages',
    { messages, max_tokens: 9 },
    'event: ping\n',
    'event: error\ndata: {"type":"error","error":{"type":"api_error"',
  ],
] as const;

describe.each(callers)('a held stream of %s', (path, body, keepAlive, errorText) => {
  it('gets its head and a sign of life after five seconds, and another one every five', async () => {
    let go: (() => void) | undefined;
    const script: Script = (response, asked) => {
      go = () => {
        sse(path === '/v1/responses' ? recorded.responsesStream : recorded.chatStream)(response, asked);
      };
    };
    upstream.play(script);
    const head = send(path, body);
    await waitFor(() => go, { what: 'the request to arrive' });
    clock.advance(4999);
    expect(gateway.summaries).toHaveLength(0);
    clock.advance(1);
    const response = await head;
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'x-sluice-revision': 'rag-answer-v4',
      'content-type': expect.stringContaining('text/event-stream') as string,
    });
    clock.advance(5000);
    go?.();
    const text = await textOfStream(response);
    expect(text.startsWith(keepAlive)).toBe(true);
    expect(text.split(keepAlive)).toHaveLength(3);
    expect(text).toContain('from Wien');
    expect(gateway.summaries[0]).toMatchObject({ ok: true });
  });

  it('ends in an error event when nobody answers after all', async () => {
    let go: (() => void) | undefined;
    upstream.play((response, asked) => {
      go = () => {
        json({ error: { message: 'No.', type: 'server_error', code: null } }, 500)(response, asked);
      };
    });
    const head = send(path, body);
    await waitFor(() => go, { what: 'the request to arrive' });
    clock.advance(5000);
    const response = await head;
    go?.();
    const text = await textOfStream(response);
    expect(text).toContain(errorText);
    expect(text).not.toContain('[DONE]');
    expect(gateway.summaries[0]).toMatchObject({ ok: false, errored: { code: 'server_error' } });
  });
});

describe('a stream that fails before its head is out', () => {
  it.each(callers)('is an HTTP error for %s', async (path, body) => {
    upstream.play(
      json({ error: { message: 'Slow down.', type: 'rate_limit_error', code: null } }, 429, {
        'retry-after': '7',
      }),
    );
    const response = await send(path, body);
    expect(response.statusCode).toBe(429);
    expect(response.headers['retry-after']).toBe('7');
    expect(await textOfStream(response)).toContain('rate_limit_error');
  });
});

describe('a stream that breaks after its first content', () => {
  const frames = { openai: recorded.chatStream.slice(0, 2), anthropic: recorded.anthropicStream.slice(0, 8) };

  it.each(['openai', 'anthropic'] as const)('makes the OpenAI client throw (target: %s)', async (kind) => {
    gateway.chain = [target(kind)];
    upstream.play(sse(frames[kind], 'break'));
    const client = new OpenAI({ baseURL: `${gateway.origin}/v1`, apiKey: 'x', maxRetries: 0 });
    const stream = await client.chat.completions.create({
      model: 'app',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
    });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toMatchObject({ code: 'provider_broke_off' });
    expect(text).toBe('Grüße 👋');
  });

  it.each(['openai', 'anthropic'] as const)('makes the Anthropic client throw (target: %s)', async (kind) => {
    gateway.chain = [target(kind)];
    upstream.play(sse(frames[kind], 'break'));
    const client = new Anthropic({ baseURL: gateway.origin, apiKey: 'x', maxRetries: 0 });
    const stream = client.messages.stream({
      model: 'app',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    await expect(stream.finalMessage()).rejects.toThrow(/api_error/);
    await waitFor(() => gateway.summaries[0], { what: 'the summary' });
    expect(gateway.summaries[0]).toMatchObject({ ok: false, errored: { kind: 'broken' } });
  });
});

describe('a caller that goes away', () => {
  it.each([
    ['while the stream is held', hang],
    ['in the middle of a stream', sse(recorded.chatStream.slice(0, 2), 'hang')],
  ])('%s ends the call of the provider', async (_name, script) => {
    upstream.play(script);
    const sent = httpRequest(`${gateway.origin}/v1/chat/completions`, { method: 'POST' });
    sent.on('error', () => undefined); // it is this test that hangs up
    sent.end(JSON.stringify({ model: 'app', stream: true, messages }));
    await waitFor(() => upstream.requests.length === 1, { what: 'the request to arrive' });
    sent.destroy();
    const summary = await waitFor(() => gateway.summaries[0], { what: 'the summary' });
    expect(summary).toMatchObject({ ok: false, disconnected: true });
    await waitFor(async () => (await upstream.openConnections()) === 0, {
      what: 'the provider to be left alone',
    });
    await waitFor(() => clock.pending() === 0, { what: 'every timer to be stopped' });
  });
});

it('answers in the same words where a model writes tool input that a message cannot carry', async () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":' } };
  const choices = [{ index: 0, message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }];
  upstream.play(json({ ...recorded.chatCompletion, choices }));
  const response = await send('/v1/messages', { messages, max_tokens: 9, stream: false });
  expect(response.statusCode).toBe(502);
  expect(await textOfStream(response)).toContain('"type":"error"');
});

it('numbers the events of a stream to its end, the error that breaks it off included', async () => {
  const events: ModelEvent[] = [
    { type: 'start', model: 'm' },
    { type: 'text', delta: 'Hello' },
  ];
  const broken = await startGatewayUnderTest(
    () =>
      Promise.resolve({
        kind: 'answered',
        target: target('openai'),
        index: 0,
        attempts: [],
        flowTo(output) {
          output.take([{ scan: saysNothing, brings: { kind: 'events', events } }]);
          output.crash(new Error('lost'));
        },
        firstContentMs: 1,
      }),
    clock,
  );
  try {
    const answer = await fetch(`${broken.origin}/v1/responses`, {
      method: 'POST',
      body: JSON.stringify({ model: 'app', stream: true, input: 'Hello' }),
    });
    const text = await answer.text();
    const numbers = [...text.matchAll(/"sequence_number":(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, i) => i));
    expect(text.trimEnd().split('\n').at(-1)).toContain('"type":"error"');
    expect(broken.unexpected).toEqual([new Error('lost')]);
  } finally {
    await broken.close();
  }
});
