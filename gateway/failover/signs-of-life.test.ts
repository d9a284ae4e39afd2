import type { ServerResponse } from 'node:http';
import { waitFor } from '../../tests/support/wait-for.ts';
import { manualClock, type ManualClock } from '../test-fixtures/manual-clock.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import * as recorded from '../../protocols/test-fixtures/recorded-answers.ts';
import type { Protocol } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { createChainCaller, type ChainCaller } from './call-chain.ts';
import { readEvents } from './test-fixtures/read-events.ts';
import type { ChainResult } from './chain.ts';
import {
  hang,
  json,
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
  clock = manualClock();
  caller = createChainCaller({ clock });
});

afterEach(async () => {
  await caller.close();
  await Promise.all([first.close(), second.close()]);
});

type Kind = ResolvedTarget['kind'];
const timeoutsMs = { connect: 2_000, firstContent: 10_000, idle: 15_000 };
const target = (upstream: ScriptedUpstream, kind: Kind, total?: number): ResolvedTarget => ({
  provider: upstream === first ? 'primary' : 'backup',
  kind,
  baseUrl: kind === 'openai' ? `${upstream.origin}/v1` : upstream.origin,
  model: 'm',
  logicalModel: 'm',
  parameters: {},
  timeoutsMs: { ...timeoutsMs, ...(total === undefined ? {} : { total }) },
});

function call(
  stream: boolean,
  chain: ResolvedTarget[],
  protocol: Protocol = 'openai-chat',
): Promise<ChainResult> {
  const said =
    protocol === 'openai-responses' ? { input: 'Hi' } : { messages: [{ role: 'user', content: 'Hi' }] };
  const { request } = parseInbound(protocol, { model: 'app', max_tokens: 9, stream, ...said });
  const signal = new AbortController().signal;
  return caller.callChain({ chain, request, totalTimeoutMs: 600_000, signal });
}

/** What the first upstream is asked, with its answer in the hands of the test. */
async function heldAnswer(): Promise<ServerResponse> {
  let held: ServerResponse | undefined;
  first.play((response) => {
    held = response;
  });
  return waitFor(() => held, { what: 'the request' });
}

/** Lets the gateway have read what was written: each read starts the idle timer anew. */
async function write(response: ServerResponse, text: string): Promise<void> {
  const before = clock.scheduled();
  response.write(text);
  await waitFor(() => clock.scheduled() > before, { what: 'the bytes to be read' });
}

describe('a call that does not stream', () => {
  it('waits for its answer past the first-content timer', async () => {
    const held = heldAnswer();
    const result = call(false, [target(first, 'openai'), target(second, 'openai')]);
    const response = await held;
    clock.advance(400_000);
    json(recorded.chatCompletion)(response, first.requests[0]!);
    expect(await result).toMatchObject({ kind: 'answered', attempts: [{ provider: 'primary' }] });
    expect(second.requests).toHaveLength(0);
  });

  it.each([
    ['three quarters of what is left', undefined, 450_000],
    ["its target's own total", 25_000, 25_000],
  ])('leaves one that hangs after %s, so that another target has time', async (_name, total, afterMs) => {
    first.play(hang);
    second.play(json(recorded.chatCompletion));
    const result = call(false, [target(first, 'openai', total), target(second, 'openai')]);
    await waitFor(() => first.requests.length > 0, { what: 'the request' });
    clock.advance(afterMs - 1);
    expect(second.requests).toHaveLength(0);
    clock.advance(1);
    expect((await result).attempts).toMatchObject([
      { failure: { kind: 'timeout', code: 'whole_answer_timeout', tryNext: true } },
      { outcome: 'answered' },
    ]);
  });

  it('has all the time that is left where nobody comes after it', async () => {
    first.play(hang);
    const result = call(false, [target(first, 'openai')]);
    await waitFor(() => first.requests.length > 0, { what: 'the request' });
    clock.advance(600_000);
    expect(await result).toMatchObject({ error: { code: 'total_timeout' } });
  });
});

describe('a refusal', () => {
  it.each([
    ['hangs', ''],
    ['is longer than anybody says', 'E'.repeat(2_000_000)],
  ])('is what its status says where its body %s', async (_name, text) => {
    first.play((response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.flushHeaders();
      response.write(text);
    });
    second.play(sse(recorded.chatStream));
    const result = call(true, [target(first, 'openai'), target(second, 'openai')]);
    // Total, connection, first content and limit have been there before it.
    if (text === '') await waitFor(() => clock.scheduled() === 5, { what: 'the body to be waited for' });
    if (text === '') clock.advance(5_000);
    expect((await result).attempts).toMatchObject([
      { status: 401, failure: { code: 'http_401', fault: 'operator', matter: 'key' } },
      { outcome: 'answered' },
    ]);
    await waitFor(async () => (await first.openConnections()) === 0, { what: 'the connection to be closed' });
  });
});

describe('a stream whose model thinks', () => {
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const messageStart = recorded.anthropicStream[0]!;
  const thinking = { index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } };
  const reasoning = { output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [] } };

  it.each([
    ['pings', 'anthropic', 'anthropic-messages', messageStart, event('ping', {})],
    [
      'an opened thinking block',
      ...(['anthropic', 'openai-chat', messageStart, event('content_block_start', thinking)] as const),
    ],
    [
      'an opened reasoning item',
      ...(['openai', 'openai-responses', recorded.responsesStream[0]!] as const),
      event('response.output_item.added', reasoning),
    ],
    ['empty chunks', 'openai', 'openai-chat', recorded.chatStream[0]!, recorded.chatStream[0]!],
    ['comments before all else', 'openai', 'openai-chat', '', ': PROCESSING\n\n'],
  ] as const)('lives by %s, and ends when it is silent', async (_name, kind, protocol, start, sign) => {
    const held = heldAnswer();
    const result = call(true, [target(first, kind)], protocol);
    const response = await held;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    if (start !== '') response.write(start);
    clock.advance(5_000);
    for (let i = 0; i < 8; i++) {
      await write(response, sign);
      clock.advance(14_000);
    }
    clock.advance(1_000);
    expect(await result).toMatchObject({ error: { kind: 'timeout', code: 'idle_timeout' } });
    expect(clock.nowMs()).toBe(5_000 + 8 * 14_000 + 1_000);
  });

  it('may be left for another target until its content comes', async () => {
    first.play(sse([messageStart, event('ping', {}), event('content_block_start', thinking)], 'hang'));
    second.play(sse(recorded.chatStream));
    const result = call(true, [target(first, 'anthropic'), target(second, 'openai')]);
    // Total, connection, first content and limit have been there before it.
    await waitFor(() => clock.scheduled() === 5, { what: 'the idle timer' });
    clock.advance(15_000);
    expect((await result).attempts).toMatchObject([
      { failure: { code: 'idle_timeout' } },
      { provider: 'backup', outcome: 'answered' },
    ]);
  });

  /** A stream that gives a sign of life every ten seconds, and nothing else. */
  async function pingsFor(response: ServerResponse, ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 10_000) {
      await write(response, ': PROCESSING\n\n');
      clock.advance(10_000);
    }
  }

  it('is left after three quarters of what is left, though it pings', async () => {
    const held = heldAnswer();
    second.play(sse(recorded.chatStream));
    const result = call(true, [target(first, 'openai'), target(second, 'openai')]);
    const response = await held;
    sse([], 'hang')(response, first.requests[0]!);
    await pingsFor(response, 450_000);
    expect((await result).attempts).toMatchObject([
      { failure: { kind: 'timeout', code: 'first_content_timeout', tryNext: true }, durationMs: 450_000 },
      { provider: 'backup', outcome: 'answered' },
    ]);
  });

  it('has the whole time once its content has come', async () => {
    const held = heldAnswer();
    const result = call(true, [target(first, 'openai'), target(second, 'openai')]);
    const response = await held;
    sse([], 'hang')(response, first.requests[0]!);
    await pingsFor(response, 440_000);
    response.write(recorded.chatStream.slice(0, 2).join(''));
    const answered = await result;
    if (answered.kind !== 'answered') throw new Error('It did not answer.');
    const events = readEvents(answered);
    await pingsFor(response, 100_000);
    response.end(recorded.chatStream.slice(2).join(''));
    expect((await events).at(-1)).toMatchObject({ type: 'finish' });
    expect(second.requests).toHaveLength(0);
  });
});
