import type { AnswerEnd, FinishReason } from '../../protocols/event.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import type { ModelRequest, Protocol } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { createAnswerParser } from './parse-answer.ts';
import { promisedFormat, type PromisedFormat } from './promised-format.ts';
import { schemaCheck } from './schema-check.ts';
import { watchFormat } from './watch-format.ts';

const target: ResolvedTarget = {
  ...{ provider: 'p', kind: 'openai', baseUrl: 'http://p', model: 'm', logicalModel: 'm', parameters: {} },
  timeoutsMs: { connect: 1, firstContent: 1, idle: 1 },
};
const asked: ModelRequest = {
  ...{ messages: [], parameters: { rest: {} }, stream: false, includeUsage: false },
  raw: { protocol: 'openai-chat', body: {} },
};
const json: PromisedFormat = { json: { isBySchema: undefined }, tools: false };
const tool = { kind: 'function', name: 'look_up' } as const;

/** What the watcher says of an answer whose bytes come one by one, and that all of it was passed on. */
function watch(
  promised: PromisedFormat,
  {
    body,
    isStream = false,
    isRelayed = true,
    protocol = 'openai-chat',
  }: {
    body: string;
    isStream?: boolean;
    isRelayed?: boolean;
    protocol?: Protocol;
  },
): boolean {
  const passed: unknown[] = [];
  let end: AnswerEnd | undefined;
  let invalid = false;
  const output = watchFormat(
    {
      take: (pieces) => passed.push(...pieces) > 0,
      whenDrained: () => undefined,
      end: (how) => (end = how),
      crash: () => undefined,
    },
    { promised, protocol, stream: isStream },
    () => (invalid = true),
  );
  const parser = createAnswerParser({ codec: outboundCodec(protocol), isStream, isRelayed });
  const pieces = [
    ...[...Buffer.from(body)].flatMap((byte) => parser.push(Buffer.from([byte]))),
    ...parser.end(),
  ];
  for (const piece of pieces) output.take([piece]);
  const last = pieces.findLast(({ scan }) => scan.end !== undefined)?.scan.end;
  output.end(last ?? { type: 'finish', reason: 'stop' });
  expect([passed.length, end]).toEqual([pieces.length, last]);
  return invalid;
}

const chat = (message: object, finish: string = 'stop'): string =>
  JSON.stringify({ model: 'm', choices: [{ message, finish_reason: finish }] });
const frames = (...events: object[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const chunks = (finish: string, ...deltas: object[]): string =>
  frames(...deltas.map((delta) => ({ model: 'm', choices: [{ delta }] })), {
    model: 'm',
    choices: [{ delta: {}, finish_reason: finish }],
  }) + 'data: [DONE]\n\n';
const call = (text: string) => ({
  tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: text } }],
});
const wholeCall = (text: string) => ({
  content: null,
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: text } }],
});

describe.each([[true], [false]])('an answer that was to be JSON (relayed: %s)', (isRelayed) => {
  it.each([
    ['JSON', chat({ content: '{"a": [1, 2]}' }), false],
    ['prose about it', chat({ content: 'Sure: {"a": 1}' }), true],
    ['a fence', chat({ content: '```json\n{"a": 1}\n```' }), true],
    ['one that was cut', chat({ content: '{"a": [1,' }, 'length'), true],
    ['one that was refused', chat({ content: null, refusal: 'No.' }), false],
    ['one that a filter cut', chat({ content: '{"a": ' }, 'content_filter'), false],
    ['a call of a tool', chat(wholeCall('{}'), 'tool_calls'), false],
  ])('is judged whole: %s', (_what, body, invalid) => {
    expect(watch(json, { body, isRelayed })).toBe(invalid);
  });

  it.each([
    ['JSON', chunks('stop', { content: '{"a"' }, { content: ': 1}' }), false],
    ['half of it', chunks('stop', { content: '{"a"' }), true],
    ['a refusal', chunks('stop', { refusal: 'No.' }), false],
  ])('is judged as a stream: %s', (_what, body, invalid) => {
    expect(watch(json, { body, isStream: true, isRelayed })).toBe(invalid);
  });

  it('is judged in the other protocols', () => {
    const message = (text: string) => ({
      ...{ model: 'm', content: [{ type: 'text', text }], stop_reason: 'end_turn' },
      usage: { input_tokens: 1, output_tokens: 1 },
    });
    const response = (text: string) => ({
      ...{ model: 'm', status: 'completed', usage: { input_tokens: 1, output_tokens: 1 } },
      output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
    });
    for (const [protocol, bodyOf] of [
      ['anthropic-messages', message],
      ['openai-responses', response],
    ] as const) {
      const judged = (text: string) =>
        watch(json, { protocol, isRelayed, body: JSON.stringify(bodyOf(text)) });
      expect([protocol, judged('{"a":1}'), judged('a')]).toEqual([protocol, false, true]);
    }
  });
});

it.each([
  ['whole', chat(wholeCall('{"a":1}'), 'tool_calls'), false, false],
  ['whole, cut', chat(wholeCall('{"a":1'), 'tool_calls'), false, true],
  ['of nothing', chat(wholeCall(''), 'tool_calls'), false, false],
  [
    'streamed',
    chunks('tool_calls', call('{"a"'), { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
    true,
    false,
  ],
  ['streamed, cut', chunks('tool_calls', call('{"a"')), true, true],
  ['none, but text', chat({ content: 'hello' }), false, false],
])('the arguments of a tool are JSON: %s', (_what, body, isStream, invalid) => {
  expect(watch({ json: undefined, tools: true }, { body, isStream })).toBe(invalid);
});

it('a longer answer than it reads twice is not judged', () => {
  const body = chat({ content: 'x'.repeat(1024 * 1024 + 1) });
  expect(watch(json, { body: body.slice(0, 40) + body.slice(40) })).toBe(false);
});

describe('what is promised', () => {
  const of = (parameters: object, more: Partial<ModelRequest> = {}) =>
    promisedFormat(
      { ...asked, ...more },
      { ...target, parameters: parameters as ResolvedTarget['parameters'] },
    );
  const schema = { type: 'object', required: ['intent'], properties: { intent: { enum: ['a', 'b'] } } };

  it('is nothing by itself, and text is nothing', () => {
    expect(of({})).toBeUndefined();
    expect(of({ response_format: { type: 'text' } })).toBeUndefined();
    expect(of({ response_format: 'json' })).toBeUndefined();
  });

  it.each([
    ['chat completions', { response_format: { type: 'json_schema', json_schema: { name: 'n', schema } } }],
    ['responses', { text: { format: { type: 'json_schema', name: 'n', schema } } }],
    ['messages', { output_config: { format: { type: 'json_schema', schema } } }],
  ])("is the revision's schema, as %s has it", (_what, parameters) => {
    const promised = of(parameters)!;
    const judge = (text: string, reason: FinishReason = 'stop') =>
      watch(promised, { body: chat({ content: text }, reason) });
    expect([judge('{"intent":"a"}'), judge('{"intent":"c"}'), judge('{}'), judge('no')]).toEqual([
      ...[false, true, true, true],
    ]);
  });

  it("is JSON where the caller asks for it, but not by the caller's schema", () => {
    const responseFormat = { kind: 'json_schema', name: 'n', schema } as const;
    const promised = of({}, { parameters: { responseFormat, rest: {} } });
    expect(promised).toEqual({ json: { isBySchema: undefined }, tools: false });
    expect(
      of({ response_format: { type: 'text' } }, { parameters: { responseFormat, rest: {} } }),
    ).toBeUndefined();
  });

  it('are arguments where there are tools', () => {
    expect(of({}, { tools: [tool] })).toEqual({ json: undefined, tools: true });
    const own = { kind: 'other', protocol: 'openai-responses', raw: {} } as const;
    expect(of({}, { tools: [own] })).toBeUndefined();
  });
});

it('a schema is compiled once, costs nobody time by its patterns, and is nobody’s where it cannot be compiled', () => {
  const slow = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
  const check = schemaCheck(slow);
  expect(schemaCheck(slow)).toBe(check);
  expect([check({ a: `${'a'.repeat(40)}!` }), check({ a: 1 })]).toEqual([true, false]);
  expect(schemaCheck({ $ref: 'https://elsewhere.example/schema' })({})).toBe(true);
  const closed = { type: 'object', additionalProperties: false, patternProperties: { '^x': {} } };
  expect(schemaCheck(closed)({ xa: 1 })).toBe(true);
});
