import fc from 'fast-check';
import type { JsonObject } from '../../domain/json.ts';
import type { ModelEvent } from '../event.ts';
import type { Message, ModelRequest, Protocol } from '../request.ts';
import { inboundCodec, outboundCodec } from '../registry.ts';
import type { AnswerIdentity } from '../inbound.ts';
import { type CollectedAnswer, createAnswerCollector } from '../collect-answer.ts';
import { objectOf } from '../fields.ts';
import { parseInbound } from '../parse-inbound.ts';
import { createEventReader } from '../test-fixtures/event-reader.ts';
import { readAnswer } from '../read-events.ts';
import { createSseParser, type SseMessage } from '../sse.ts';

const protocols: readonly Protocol[] = ['openai-chat', 'openai-responses', 'anthropic-messages'];

function identityIn(protocol: Protocol): AnswerIdentity {
  const request: ModelRequest = {
    messages: [],
    parameters: { rest: {} },
    stream: true,
    includeUsage: true,
    raw: { protocol, body: {} },
  };
  return { id: `${inboundCodec(protocol).idPrefix}x1`, createdS: 1, request };
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const json = fc.dictionary(
  fc.string({ maxLength: 4 }).filter((key) => key !== '__proto__'),
  fc.oneof(text, fc.integer(), fc.constant(null)),
);
const callOf = (index: number) =>
  fc.tuple(fc.uuid(), json, fc.nat(40)).map(([id, input, cut]): ModelEvent[] => {
    const written = JSON.stringify(input);
    return [
      { type: 'tool_call', index, id: `call_${id}`, name: `tool_${index}`, argumentsDelta: '' },
      { type: 'tool_call', index, argumentsDelta: written.slice(0, cut) },
      { type: 'tool_call', index, argumentsDelta: written.slice(cut) },
    ];
  });
const deltas = (type: 'text' | 'reasoning') =>
  fc
    .array(text, { minLength: 1, maxLength: 4 })
    .map((all) => all.map((delta): ModelEvent => ({ type, delta })));

/** An answer of another protocol than the one it is written in: nothing is relayed. */
const answer = fc
  .record({
    reasoning: fc.oneof(fc.constant([]), deltas('reasoning')),
    text: deltas('text'),
    calls: fc.oneof(
      fc.constant([]),
      callOf(0),
      fc.tuple(callOf(0), callOf(1)).map((both) => both.flat()),
    ),
    cached: fc.nat(50),
    reason: fc.constantFrom('stop', 'length'),
  })
  .map(({ reasoning, text: said, calls, cached, reason }): ModelEvent[] => [
    { type: 'start', model: 'model-1' },
    ...reasoning,
    ...said,
    ...calls,
    { type: 'usage', usage: { inputTokens: 100 + cached, outputTokens: 7, cachedInputTokens: cached } },
    { type: 'finish', reason: calls.length > 0 ? 'tool_calls' : reason === 'stop' ? 'stop' : 'length' },
  ]);

function collect(
  events: readonly ModelEvent[],
): Pick<CollectedAnswer, 'blocks' | 'finishReason' | 'model' | 'failure'> & { usage: unknown } {
  const collector = createAnswerCollector();
  for (const event of events) collector.add(event);
  const { blocks, finishReason, model, usage, failure } = collector.answer();
  const counted = usage && {
    input: usage.inputTokens,
    output: usage.outputTokens,
    cached: usage.cachedInputTokens ?? 0,
  };
  return { blocks, finishReason, model, failure, usage: counted };
}

function readStream(protocol: Protocol, bytes: Uint8Array, cuts: readonly number[]): ModelEvent[] {
  const reader = createEventReader(outboundCodec(protocol));
  const parser = createSseParser();
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const messages = edges.slice(1).flatMap((edge, i) => parser.push(bytes.subarray(edges[i], edge)));
  return [...[...messages, ...parser.end()].flatMap((message) => reader.read(message)), ...reader.end()];
}

function messagesOf(text: string): SseMessage[] {
  const parser = createSseParser();
  return [...parser.push(new TextEncoder().encode(text)), ...parser.end()];
}

function isContent(event: ModelEvent): boolean {
  return ['text', 'reasoning', 'refusal', 'tool_call'].includes(event.type);
}

describe.each(protocols)('%s', (protocol) => {
  const codec = { ...inboundCodec(protocol), ...outboundCodec(protocol) };

  it('streams an answer that reads the same, wherever its chunks end', () => {
    fc.assert(
      fc.property(answer, fc.array(fc.nat(), { maxLength: 30 }), (events, cuts) => {
        const writer = codec.createStreamWriter(identityIn(protocol));
        const bytes = new TextEncoder().encode(events.flatMap((event) => writer.write(event)).join(''));
        expect(collect(readStream(protocol, bytes, cuts))).toEqual(collect(events));
      }),
      { numRuns: 200 },
    );
  });

  it('relays a stream as it came, and scans of it what its events say', () => {
    fc.assert(
      fc.property(answer, (events) => {
        const writer = codec.createStreamWriter(identityIn(protocol));
        const text = events.flatMap((event) => writer.write(event)).join('');
        const relaying = codec.createStreamWriter(identityIn(protocol));
        const scanner = codec.createStreamScanner();
        const scans = messagesOf(text).map((message) => ({ ...scanner.scan(message), text: message.data }));
        const relayed = scans.map(({ text: own, payload }) =>
          payload === undefined ? '' : relaying.relay({ text: own, payload }),
        );
        expect(relayed.join('') + relaying.endOfRelayed).toBe(text);
        expect(scans.some(({ content }) => content)).toBe(events.some(isContent));
        expect(scans.find(({ end }) => end !== undefined)?.end).toEqual(events.at(-1));
        const usage = scans.findLast((scan) => scan.usage !== undefined)?.usage;
        expect(
          collect([...events, ...(usage === undefined ? [] : [{ type: 'usage', usage } as const])]),
        ).toEqual(collect(events));
      }),
      { numRuns: 50 },
    );
  });

  it('writes a whole answer that reads the same', () => {
    fc.assert(
      fc.property(answer, (events) => {
        const collector = createAnswerCollector();
        for (const event of events) collector.add(event);
        const body = codec.writeWhole(collector.answer(), identityIn(protocol));
        expect(collect(readAnswer(codec, roundTrip(body)))).toEqual(collect(events));
      }),
      { numRuns: 200 },
    );
  });

  it('never finishes a stream that broke', () => {
    fc.assert(
      fc.property(answer, fc.nat(), (events, at) => {
        const cut = events.slice(0, 1 + (at % (events.length - 1)));
        const writer = codec.createStreamWriter(identityIn(protocol));
        const failure = {
          kind: 'broken',
          status: 502,
          code: 'c',
          message: 'm',
          tryNext: true,
          fault: 'provider',
        } as const;
        const frames = [...cut, { type: 'error', failure } as const]
          .flatMap((event) => writer.write(event))
          .join('');
        expect(frames).not.toMatch(/\[DONE\]|message_stop|response\.completed/);
        const read = readStream(protocol, new TextEncoder().encode(frames), []);
        expect(read.some((event) => event.type === 'finish')).toBe(false);
        expect(read.at(-1)).toMatchObject({ type: 'error', failure: { message: 'm' } });
      }),
      { numRuns: 50 },
    );
  });

  it('writes a request that reads the same', () => {
    fc.assert(
      fc.property(conversation, (messages) => {
        const request: ModelRequest = {
          messages,
          tools: [{ kind: 'function', name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
          toolChoice: { kind: 'required' },
          parameters: {
            temperature: 0.5,
            topP: 0.9,
            maxTokens: 100,
            responseFormat: { kind: 'json_schema', name: 'answer', schema: { type: 'object' } },
            parallelToolCalls: false,
            rest: {},
          },
          stream: true,
          includeUsage: true,
          user: 'user-7',
          raw: { protocol: protocol === 'openai-chat' ? 'anthropic-messages' : 'openai-chat', body: {} },
        };
        const {
          raw: _raw,
          metadata: _metadata,
          ...read
        } = parseInbound(protocol, roundTrip(codec.writeRequest(request, 'm'))).request;
        const { raw: _own, ...written } = request;
        const { rest: _rest, ...parameters } = read.parameters;
        const { rest: _none, ...own } = written.parameters;
        expect({ ...read, parameters, messages: normal(read.messages) }).toEqual({
          ...written,
          parameters: own,
          messages: normal(messages),
        });
      }),
      { numRuns: 200 },
    );
  });
});

const words = text.filter((value) => value.trim() !== '');
const part = fc.oneof(
  words.map((value) => ({ type: 'text' as const, text: value })),
  fc.constant({
    type: 'image' as const,
    source: { kind: 'base64' as const, mediaType: 'image/png', data: 'aGk=' },
  }),
  fc.constant({ type: 'image' as const, source: { kind: 'url' as const, url: 'https://example.com/a.png' } }),
);
const turn = fc.record({
  user: fc.array(part, { minLength: 1, maxLength: 3 }),
  said: words,
  input: json,
  result: words,
});
/** System, and then turns of user, assistant with a tool call, tool. */
const conversation = fc
  .tuple(words, fc.array(turn, { minLength: 1, maxLength: 3 }))
  .map(([system, turns]): Message[] => [
    { role: 'system', content: [{ type: 'text', text: system }] },
    ...turns.flatMap(({ user, said, input, result }, i): Message[] => [
      { role: 'user', content: user },
      {
        role: 'assistant',
        content: [{ type: 'text', text: said }],
        toolCalls: [{ id: `call_${i}`, name: 'look', arguments: JSON.stringify(input) }],
      },
      { role: 'tool', toolCallId: `call_${i}`, content: [{ type: 'text', text: result }] },
      { role: 'assistant', content: [{ type: 'text', text: said }] },
    ]),
  ]);

/** What a protocol adds of its own to parts (`detail`, `annotations`) says nothing here. */
function normal(messages: readonly Message[]): unknown {
  return messages.map(({ extra: _extra, content, toolCalls, ...rest }) => ({
    ...rest,
    content: content.map((each) => {
      if (each.type === 'other') return each;
      const { extra: _own, ...known } = each;
      return known;
    }),
    ...(toolCalls === undefined
      ? {}
      : {
          toolCalls: toolCalls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) as unknown })),
        }),
  }));
}

function roundTrip(body: JsonObject): JsonObject {
  return objectOf(JSON.parse(JSON.stringify(body)) as JsonObject, '');
}
