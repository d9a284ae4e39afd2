import type { JsonObject } from '../domain/json.ts';
import type { ModelEvent } from './event.ts';
import type { Protocol } from './request.ts';
import { inboundCodec, outboundCodec } from './registry.ts';
import { type CollectedAnswer, createAnswerCollector } from './collect-answer.ts';
import * as recorded from './test-fixtures/recorded-answers.ts';
import { createEventReader } from './test-fixtures/event-reader.ts';
import { readAnswer } from './read-events.ts';
import { createSseParser, sseFrame } from './sse.ts';

function collect(events: readonly ModelEvent[]): CollectedAnswer {
  const collector = createAnswerCollector();
  for (const event of events) collector.add(event);
  return collector.answer();
}

function readStream(protocol: Protocol, frames: readonly string[]): ModelEvent[] {
  const parser = createSseParser();
  const reader = createEventReader(outboundCodec(protocol));
  const messages = [...parser.push(new TextEncoder().encode(frames.join(''))), ...parser.end()];
  return [...messages.flatMap((message) => reader.read(message)), ...reader.end()];
}

const readWhole = (protocol: Protocol, body: JsonObject): CollectedAnswer =>
  collect(readAnswer(outboundCodec(protocol), body));

describe('usage, in one form', () => {
  it("counts Anthropic's cached tokens among the input, as OpenAI does", () => {
    const usage = { inputTokens: 20, outputTokens: 10, cachedInputTokens: 4, cacheWriteTokens: 1 };
    expect(readWhole('anthropic-messages', recorded.anthropicMessage).usage).toEqual(usage);
    expect(collect(readStream('anthropic-messages', recorded.anthropicStream)).usage).toEqual(usage);
  });

  it('tells reasoning and cached tokens of OpenAI', () => {
    const usage = { inputTokens: 19, outputTokens: 10, cachedInputTokens: 4, reasoningTokens: 3 };
    expect(readWhole('openai-chat', recorded.chatCompletion).usage).toEqual(usage);
    expect(readWhole('openai-responses', recorded.responsesAnswer).usage).toEqual(usage);
    expect(collect(readStream('openai-responses', recorded.responsesStream)).usage).toEqual(usage);
  });
});

describe('why an answer ended', () => {
  const called = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
  const toolMessage: JsonObject = { content: null, tool_calls: [called] };
  const chat = (message: JsonObject, finish_reason: string): JsonObject => ({
    ...recorded.chatCompletion,
    choices: [{ index: 0, message, finish_reason }],
  });
  it.each<[Protocol, string, JsonObject]>([
    ['openai-chat', 'stop', chat({ content: 'x' }, 'stop')],
    ['openai-chat', 'length', chat({ content: 'x' }, 'length')],
    ['openai-chat', 'content_filter', chat({ content: '' }, 'content_filter')],
    ['openai-chat', 'refusal', chat({ content: null, refusal: 'I cannot.' }, 'stop')],
    ['openai-chat', 'stop', chat({ content: 'x' }, 'eos')],
    ['openai-chat', 'stop', chat({ content: 'x' }, '')],
    ['openai-chat', 'tool_calls', { ...recorded.chatToolCompletion, ...chat(toolMessage, 'stop') }],
    ['anthropic-messages', 'tool_calls', { ...recorded.anthropicToolMessage, stop_reason: 'end_turn' }],
    ['anthropic-messages', 'length', { ...recorded.anthropicMessage, stop_reason: 'max_tokens' }],
    ['anthropic-messages', 'stop', { ...recorded.anthropicMessage, stop_reason: 'stop_sequence' }],
    ['anthropic-messages', 'refusal', { ...recorded.anthropicMessage, stop_reason: 'refusal', content: [] }],
    ['openai-responses', 'tool_calls', recorded.responsesToolAnswer],
    [
      'openai-responses',
      'length',
      {
        ...recorded.responsesAnswer,
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      },
    ],
    [
      'openai-responses',
      'content_filter',
      { ...recorded.responsesAnswer, status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
    ],
  ])('%s: %s', (protocol, reason, body) => {
    expect(readWhole(protocol, body).finishReason).toBe(reason);
  });
});

describe('a refusal', () => {
  const events: ModelEvent[] = [
    { type: 'start', model: 'm' },
    { type: 'refusal', delta: 'I cannot.' },
    { type: 'finish', reason: 'refusal' },
  ];
  const identity = {
    id: 'x',
    createdS: 1,
    request: {
      messages: [],
      parameters: { rest: {} },
      stream: false,
      includeUsage: true,
      raw: { protocol: 'openai-chat' as const, body: {} },
    },
  };

  it('in words keeps its words in every protocol', () => {
    const write = (protocol: Protocol): JsonObject =>
      inboundCodec(protocol).writeWhole(collect(events), identity);
    expect(write('openai-chat')).toMatchObject({
      choices: [{ message: { content: null, refusal: 'I cannot.' }, finish_reason: 'stop' }],
    });
    expect(write('openai-responses')).toMatchObject({
      status: 'completed',
      output: [{ content: [{ type: 'refusal', refusal: 'I cannot.' }] }],
    });
    expect(write('anthropic-messages')).toMatchObject({
      content: [{ type: 'text', text: 'I cannot.' }],
      stop_reason: 'refusal',
    });
  });

  it('without words is a content filter to OpenAI', () => {
    const wordless = collect([
      { type: 'start', model: 'm' },
      { type: 'finish', reason: 'refusal' },
    ]);
    expect(inboundCodec('openai-chat').writeWhole(wordless, identity)).toMatchObject({
      choices: [{ finish_reason: 'content_filter' }],
    });
    expect(inboundCodec('openai-responses').writeWhole(wordless, identity)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
    });
  });
});

describe('an error inside a stream', () => {
  const flat = { type: 'error', code: 'server_error', message: 'No.', param: null, sequence_number: 3 };
  it.each<[Protocol, string, object]>([
    [
      'openai-chat',
      sseFrame('{"error":{"message":"No.","type":"server_error","code":null}}'),
      { code: 'server_error' },
    ],
    ['openai-responses', sseFrame(JSON.stringify(flat), 'error'), { code: 'server_error', status: 500 }],
    [
      'openai-responses',
      sseFrame(
        '{"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded","message":"No."}}}',
      ),
      { code: 'rate_limit_exceeded', status: 429 },
    ],
    [
      'anthropic-messages',
      sseFrame('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', 'error'),
      { code: 'overloaded_error', status: 529 },
    ],
  ])('of %s is a failure that can be retried: %s', (protocol, frame, failure) => {
    expect(readStream(protocol, [frame])).toMatchObject([
      { type: 'error', failure: { ...failure, tryNext: true } },
    ]);
  });
});

describe('an end that is no end of a model', () => {
  const reasons = [
    'error',
    'ERROR',
    'abort',
    'insufficient_system_resource',
    'network_error',
    'malformed_function_call',
  ];
  const failed = { type: 'error', failure: { kind: 'broken', tryNext: true, fault: 'provider' } };

  it.each(reasons)('is a failure: %s', (reason) => {
    const choice = { index: 0, message: { content: 'half an ans' }, finish_reason: reason };
    const whole = readAnswer(outboundCodec('openai-chat'), { ...recorded.chatCompletion, choices: [choice] });
    expect(whole).toMatchObject([failed]);
    const delta = { model: 'm', choices: [{ index: 0, delta: { content: 'ha' }, finish_reason: null }] };
    const last = { model: 'm', choices: [{ index: 0, delta: {}, finish_reason: reason }] };
    const frames = [delta, last].map((each) => sseFrame(JSON.stringify(each)));
    const events = readStream('openai-chat', [...frames, sseFrame('[DONE]')]);
    expect(events.at(-1)).toMatchObject(failed);
    expect(events.some(({ type }) => type === 'finish')).toBe(false);
    const message = { ...recorded.anthropicMessage, stop_reason: reason };
    expect(readAnswer(outboundCodec('anthropic-messages'), message)).toMatchObject([failed]);
  });

  it.each([
    ['cancelled', null],
    ['in_progress', null],
    ['incomplete', null],
    ['incomplete', { reason: 'server_error' }],
  ])('is a failure of a response: %s %j', (status, incomplete_details) => {
    const events = readAnswer(outboundCodec('openai-responses'), {
      ...recorded.responsesAnswer,
      status,
      incomplete_details,
    });
    expect(events.at(-1)).toMatchObject(failed);
    expect(events.some(({ type }) => type === 'finish')).toBe(false);
  });
});

describe('a stream of another make', () => {
  const chunk = (delta: JsonObject): string =>
    sseFrame(JSON.stringify({ model: 'm', choices: [{ index: 0, delta, finish_reason: null }] }));
  const call = (index: number, id: string | undefined, text: string): string =>
    chunk({
      tool_calls: [
        { index, ...(id === undefined ? {} : { id }), function: { name: `f_${id ?? ''}`, arguments: text } },
      ],
    });

  it('may number every tool call 0', () => {
    const answer = collect(readStream('openai-chat', [call(0, 'a', '{}'), call(0, 'b', '{"x":1}')]));
    expect(answer.blocks).toMatchObject([
      { id: 'a', arguments: '{}' },
      { id: 'b', arguments: '{"x":1}' },
    ]);
  });

  it.each(['reasoning_content', 'reasoning'])('may call its reasoning %s', (name) => {
    const answer = collect(readStream('openai-chat', [chunk({ [name]: 'Hm.' }), chunk({ content: 'Hi' })]));
    expect(answer.blocks).toEqual([
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: 'Hi' },
    ]);
  });

  it('may send its tool calls in turns: each is one block for an Anthropic caller', () => {
    const request = {
      messages: [],
      parameters: { rest: {} },
      stream: true,
      includeUsage: true,
      raw: { protocol: 'anthropic-messages' as const, body: {} },
    };
    const writer = inboundCodec('anthropic-messages').createStreamWriter({
      id: 'msg_1',
      createdS: 1,
      request,
    });
    const events: ModelEvent[] = [
      { type: 'start', model: 'm' },
      { type: 'tool_call', index: 0, id: 'a', name: 'f', argumentsDelta: '{"x"' },
      { type: 'tool_call', index: 1, id: 'b', name: 'g', argumentsDelta: '{"y"' },
      { type: 'tool_call', index: 0, argumentsDelta: ':1}' },
      { type: 'tool_call', index: 1, argumentsDelta: ':2}' },
      { type: 'finish', reason: 'tool_calls' },
    ];
    const read = readStream(
      'anthropic-messages',
      events.flatMap((event) => writer.write(event)),
    );
    expect(collect(read).blocks).toEqual([
      { kind: 'tool_call', id: 'a', name: 'f', arguments: '{"x":1}' },
      { kind: 'tool_call', id: 'b', name: 'g', arguments: '{"y":2}' },
    ]);
  });
});

it('takes what a provider runs by itself for content, though no other protocol can tell of it', () => {
  const item = { type: 'web_search_call', id: 'ws_1', status: 'in_progress' };
  const added = JSON.stringify({ type: 'response.output_item.added', output_index: 0, item });
  const scanner = outboundCodec('openai-responses').createStreamScanner();
  expect(scanner.scan({ event: 'message', data: added })).toMatchObject({ content: true, alive: true });
  expect(readStream('openai-responses', [sseFrame(added)])).toEqual([]);
});
