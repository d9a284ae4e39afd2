import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Protocol } from '../../protocols/request.ts';
import { readSample, sampleOf } from '../../protocols/samples/sample.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { redactSample } from './redact-sample.ts';

const redactedBody = (protocol: Protocol, body: JsonObject) =>
  redactSample(sampleOf(parseInbound(protocol, { model: 'bank', ...body }), { variables: {} })).body;

it('strikes what people wrote, in texts, variables and documents', () => {
  const inbound = parseInbound('openai-chat', {
    model: 'bank',
    messages: [{ role: 'user', content: 'I am ada@mail.org' }],
  });
  const answered = {
    variables: { phone: '+491234567890' },
    documents: [{ id: '12345678', text: 'account 12345678' }],
  };
  const sample = redactSample(sampleOf(inbound, answered));
  expect(sample).toMatchObject({
    body: { messages: [{ role: 'user', content: 'I am [email]' }] },
    variables: { phone: '[phone]' },
    documents: [{ id: '[number]', text: 'account [number]' }],
  });
  expect(readSample(JSON.parse(JSON.stringify(sample)) as JsonValue)).toEqual(sample);
});

it('leaves calls and their answers paired, and their arguments JSON', () => {
  const call = (id: string, input: string) => ({
    id,
    type: 'function',
    function: { name: 'find', arguments: input },
  });
  const body = redactedBody('openai-chat', {
    messages: [
      {
        role: 'assistant',
        tool_calls: [
          call('call_1234567', '{"account":12345678,"of":"a@b.cc"}'),
          call('call_7654321', '{"n":'),
        ],
      },
      { role: 'tool', tool_call_id: 'call_1234567', content: 'card 4111-1111-1111-1111' },
      { role: 'tool', tool_call_id: 'call_7654321', content: '' },
    ],
  });
  expect(body).toEqual({
    messages: [
      {
        role: 'assistant',
        tool_calls: [
          call('call_1234567', '{"account":"[number]","of":"[email]"}'),
          call('call_7654321', '{"n":'),
        ],
      },
      { role: 'tool', tool_call_id: 'call_1234567', content: 'card [card]' },
      { role: 'tool', tool_call_id: 'call_7654321', content: '' },
    ],
  });
});

it('redacts what arguments say, however it is escaped, however often a name comes, and as which name it stands', () => {
  const argumentsOf = (written: string) => {
    const call = { id: 'c', type: 'function', function: { name: 'find', arguments: written } };
    const body = redactedBody('openai-chat', { messages: [{ role: 'assistant', tool_calls: [call] }] });
    return (body['messages'] as { tool_calls: (typeof call)[] }[])[0]?.tool_calls[0]?.function.arguments;
  };
  expect(argumentsOf(String.raw`{"a":"call\n0170 1234567","b":"ada\u0040mail.org"}`)).toBe(
    String.raw`{"a":"call\n[phone]","b":"[email]"}`,
  );
  expect(argumentsOf('{"a":"ada@mail.org","a":1}')).toBe('{"a":"[email]","a":1}');
  expect(argumentsOf('{"a":4111111111111111.0, "b":1e15, "c":-12345678}')).toBe(
    '{"a":"[card]", "b":"[number]", "c":-12345678}',
  );
  // Nothing but what is struck is written anew.
  expect(argumentsOf(String.raw`{ "a" : "\u00e9 ada@mail.org" , "b" : "\u00e9" }`)).toBe(
    String.raw`{ "a" : "é [email]" , "b" : "\u00e9" }`,
  );
  expect(argumentsOf('{"ada@mail.org":12345678,"n":1732406400123}')).toBe(
    '{"[email]":"[number]","n":1732406400123}',
  );
  expect(argumentsOf('{ "a" : [1, 2.50] }')).toBe('{ "a" : [1, 2.50] }');
});

it('leaves kinds of tools, pictures and signatures alone, and what a tool is given not', () => {
  const body = {
    max_tokens: 9,
    tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA1234567890==' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'Ep123456789' },
          { type: 'tool_use', id: 'toolu_01234567', name: 'find', input: { id: '12345678', type: 'order' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_01234567', content: 'done' }] },
    ],
  };
  const expected = structuredClone(body);
  expected.messages[1]!.content = [
    { type: 'thinking', thinking: 'hm', signature: 'Ep123456789' },
    { type: 'tool_use', id: 'toolu_01234567', name: 'find', input: { id: '[number]', type: 'order' } },
  ] as never;
  expect(redactedBody('anthropic-messages', body)).toEqual(expected);
  const url = 'data:image/png;base64,AA1234567890==';
  const image = { type: 'input_image', image_url: url };
  expect(redactedBody('openai-responses', { input: [{ role: 'user', content: [image] }] })).toMatchObject({
    input: [{ content: [{ image_url: url }] }],
  });
});

it('redacts what a tool is given as one text where no model writes as many names, and keeps every name otherwise', () => {
  const written = (names: number): string =>
    `{${Array.from({ length: names }, (_, i) => String.raw`"${i}":"a\u0040b.cc"`).join(', ')}}`;
  const redacted = (input: string): JsonValue =>
    redactedBody('openai-chat', {
      messages: [
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: input } }],
        },
      ],
    });
  const all = JSON.stringify(redacted(written(20_000)));
  expect(all).toContain(JSON.stringify('"19999":"[email]"}').slice(1, -1));
  expect(all).not.toContain('u0040');
  const asText = JSON.stringify(redacted(written(20_001)));
  // As a text it is what is written: there is no address in it.
  expect(asText).toContain(JSON.stringify(String.raw`, "20000":"a\u0040b.cc"}`).slice(1, -1));
  const plain = JSON.stringify(redacted(written(20_001).replaceAll(String.raw`\u0040`, '@')));
  expect(plain).toContain(JSON.stringify(', "20000":"[email]"}').slice(1, -1));
  expect(plain).not.toContain('@');
  const reserved = JSON.stringify(redacted('{"__proto__":{"a@b.cc":1},"b":12345678}'));
  expect(reserved).toContain(JSON.stringify('{"__proto__":{"[email]":1},"b":"[number]"}').slice(1, -1));
});
