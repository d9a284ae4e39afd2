import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Protocol } from '../request.ts';
import type { ResolvedTarget } from '../target.ts';
import { outboundRequest } from './outbound-request.ts';
import { parseInbound } from '../parse-inbound.ts';

const hello = [{ role: 'user', content: 'Hello' }];
const bodies: Record<Protocol, JsonObject> = {
  'openai-chat': { model: 'app', messages: hello },
  'openai-responses': { model: 'app', input: 'Hello' },
  'anthropic-messages': { model: 'app', max_tokens: 50, messages: hello },
};

function target(kind: ResolvedTarget['kind'], parameters: JsonObject = {}): ResolvedTarget {
  const timeoutsMs = { connect: 1, firstContent: 1, idle: 1 };
  return { provider: 'p', kind, baseUrl: 'http://p', model: 'm', logicalModel: 'm', parameters, timeoutsMs };
}

function sent(
  from: Protocol,
  more: JsonObject,
  kind: ResolvedTarget['kind'],
  parameters?: JsonObject,
): JsonObject {
  const outbound = outboundRequest(
    parseInbound(from, { ...bodies[from], ...more }).request,
    target(kind, parameters),
  );
  if (outbound.kind === 'refused') throw new Error(outbound.failure.message);
  return outbound.body;
}

describe('what a request asks', () => {
  it.each<[Protocol, JsonObject, ResolvedTarget['kind'], JsonObject]>([
    ['openai-chat', { max_tokens: 5 }, 'openai', { max_tokens: 5 }],
    ['openai-chat', { max_completion_tokens: 5 }, 'openai', { max_completion_tokens: 5 }],
    ['openai-chat', { max_completion_tokens: 5 }, 'anthropic', { max_tokens: 5 }],
    ['openai-chat', {}, 'anthropic', { max_tokens: 64_000 }],
    ['anthropic-messages', {}, 'openai', { max_completion_tokens: 50 }],
    ['openai-responses', { max_output_tokens: 5 }, 'anthropic', { max_tokens: 5 }],
    ['openai-chat', { stop: 'END' }, 'anthropic', { stop_sequences: ['END'] }],
    ['anthropic-messages', { stop_sequences: ['END'] }, 'openai', { stop: ['END'] }],
    ['openai-chat', { reasoning_effort: 'low' }, 'anthropic', { output_config: { effort: 'low' } }],
    ['anthropic-messages', { output_config: { effort: 'low' } }, 'openai', { reasoning_effort: 'low' }],
    ['openai-chat', { user: 'u7' }, 'anthropic', { metadata: { user_id: 'u7' } }],
    ['anthropic-messages', { metadata: { user_id: 'u7' } }, 'openai', { safety_identifier: 'u7' }],
    ['openai-responses', {}, 'openai', { store: false, include: ['reasoning.encrypted_content'] }],
    [
      'openai-responses',
      { reasoning: { effort: 'low', summary: 'auto' } },
      'openai',
      { reasoning: { effort: 'low', summary: 'auto' } },
    ],
    ['openai-chat', { stream: true }, 'openai', { stream: true, stream_options: { include_usage: true } }],
    [
      'openai-chat',
      { logprobs: true, seed: 7, a_new_one: [1] },
      'openai',
      { logprobs: true, seed: 7, a_new_one: [1] },
    ],
    [
      'anthropic-messages',
      { top_k: 5, thinking: { type: 'adaptive' } },
      'anthropic',
      { top_k: 5, thinking: { type: 'adaptive' } },
    ],
  ])('%s %j reaches %s as %j', (from, more, kind, expected) => {
    expect(sent(from, more, kind)).toMatchObject(expected);
  });

  it.each<[Protocol, JsonObject]>([
    [
      'openai-chat',
      {
        seed: 7,
        n: 1,
        logprobs: false,
        presence_penalty: 0,
        store: false,
        service_tier: 'auto',
        metadata: { a: 'b' },
      },
    ],
    [
      'openai-responses',
      { include: [], truncation: 'disabled', metadata: {}, text: { format: { type: 'text' } } },
    ],
  ])('leaves out what changes no answer: %s %j', (from, more) => {
    expect(Object.keys(sent(from, more, 'anthropic')).toSorted()).toEqual([
      'max_tokens',
      'messages',
      'model',
    ]);
  });

  it.each<[Protocol, JsonObject, ResolvedTarget['kind'], string]>([
    ['openai-chat', { logprobs: true }, 'anthropic', 'logprobs'],
    ['openai-chat', { presence_penalty: 1 }, 'anthropic', 'presence_penalty'],
    ['openai-chat', { a_new_one: 1 }, 'anthropic', 'a_new_one'],
    ['openai-chat', { temperature: 1.5 }, 'anthropic', 'temperature'],
    ['openai-chat', { response_format: { type: 'json_object' } }, 'anthropic', 'response_format'],
    ['openai-responses', { include: ['message.output_text.logprobs'] }, 'anthropic', 'include'],
    ['openai-responses', { tools: [{ type: 'web_search' }] }, 'anthropic', 'tools[0]'],
    ['anthropic-messages', { top_k: 5 }, 'openai', 'top_k'],
    ['anthropic-messages', { thinking: { type: 'enabled', budget_tokens: 1024 } }, 'openai', 'thinking'],
  ])('%s %j is refused by name for %s: %s', (from, more, kind, param) => {
    const outbound = outboundRequest(parseInbound(from, { ...bodies[from], ...more }).request, target(kind));
    expect(outbound).toMatchObject({ kind: 'refused', failure: { status: 400, param, fault: 'caller' } });
  });
});

describe("a revision's parameters", () => {
  it('win over the request', () => {
    const own = { temperature: 0, max_tokens: 7, stop: ['X'], top_k: 3 };
    expect(
      sent('openai-chat', { temperature: 1, max_completion_tokens: 99 }, 'anthropic', own),
    ).toMatchObject({
      temperature: 0,
      max_tokens: 7,
      stop_sequences: ['X'],
      top_k: 3,
    });
    expect(sent('openai-chat', { max_completion_tokens: 99 }, 'openai', own)).toEqual(
      expect.objectContaining({ max_tokens: 7, stop: ['X'] }),
    );
    expect(sent('openai-chat', { max_completion_tokens: 99 }, 'openai', own)).not.toHaveProperty(
      'max_completion_tokens',
    );
    expect(
      sent('openai-chat', { max_tokens: 99 }, 'openai', { max_completion_tokens: 7 }),
    ).not.toHaveProperty('max_tokens');
  });

  it('and a caller’s limit of the answer’s length are both kept: the smaller one', () => {
    const [more, less] = [{ max_tokens: 9_000 }, { max_tokens: 100 }];
    expect(sent('anthropic-messages', more, 'anthropic', less)).toMatchObject(less);
    expect(sent('anthropic-messages', less, 'anthropic', more)).toMatchObject(less);
    expect(sent('anthropic-messages', more, 'anthropic')).toMatchObject(more);
    expect(sent('openai-chat', less, 'openai', { max_completion_tokens: 7 })).toMatchObject({
      max_completion_tokens: 7,
    });
  });

  it.each([
    ['claude-3-haiku-20240307', 4_096],
    ['claude-3-5-sonnet-latest', 8_192],
    ['claude-opus-4-1', 32_000],
    ['anthropic.claude-opus-4-20250514-v1:0', 32_000],
    ['claude-opus-4-5', 64_000],
    ['claude-sonnet-4-5', 64_000],
    ['a-model-of-tomorrow', 64_000],
  ])(
    'leave %s its own maximum where nobody sets a limit, and the binding knows best',
    (model, max_tokens) => {
      const { request } = parseInbound('openai-chat', { model: 'app', messages: hello });
      const limitOf = (more: Partial<ResolvedTarget>) =>
        outboundRequest(request, { ...target('anthropic'), model, ...more });
      expect(limitOf({})).toMatchObject({ body: { max_tokens }, maxTokens: max_tokens });
      expect(limitOf({ maxOutputTokens: 1_000 })).toMatchObject({ body: { max_tokens: 1_000 } });
      const wanted = { parameters: { max_tokens: 2_000 }, maxOutputTokens: 1_000 };
      expect(limitOf(wanted)).toMatchObject({ maxTokens: 1_000 });
    },
  );

  it.each<[Protocol, JsonObject, number | undefined]>([
    ['openai-chat', { max_tokens: 5_000 }, 2_000],
    ['openai-chat', { max_tokens: 1_500 }, 1_499],
    ['openai-responses', { max_output_tokens: 500 }, undefined],
    ['anthropic-messages', { max_tokens: 500 }, undefined],
    ['anthropic-messages', { max_tokens: 1_500 }, 1_499],
  ])('fit their thinking to the limit of a caller of %s: %j', (from, more, budget) => {
    const parameters = { max_tokens: 8_000, thinking: { type: 'enabled', budget_tokens: 2_000 } };
    expect(sent(from, more, 'anthropic', parameters)['thinking']).toEqual(
      budget === undefined ? undefined : { type: 'enabled', budget_tokens: budget },
    );
  });

  it('lower the budget that a caller set below a limit of its own, and no other', () => {
    const thinking = { type: 'enabled', budget_tokens: 4_000 };
    const thinkingOf = (max_tokens: number) =>
      sent('anthropic-messages', { max_tokens, thinking }, 'anthropic', { max_tokens: 3_000 })['thinking'];
    expect(thinkingOf(5_000)).toMatchObject({ budget_tokens: 2_999 });
    // Interleaved thinking may have more than one answer's tokens.
    expect(thinkingOf(2_000)).toEqual(thinking);
  });

  const thinks = { thinking: { type: 'enabled', budget_tokens: 2_000 }, max_tokens: 8_000 };
  const lookup = { name: 'look', parameters: { type: 'object' } };
  const forced = { tools: [{ type: 'function', function: lookup }], tool_choice: 'required' };

  it.each<[string, Protocol, JsonObject, JsonObject, JsonObject]>([
    ['without the temperature of a caller', 'openai-chat', { temperature: 0.2, top_p: 0.5 }, thinks, thinks],
    ['and keep a temperature of 1', 'openai-chat', { temperature: 1 }, thinks, { ...thinks, temperature: 1 }],
    ['and are forced to no tool', 'openai-chat', forced, thinks, { tool_choice: { type: 'any' } }],
    [
      'for a caller, without the temperature of the revision',
      ...(['anthropic-messages', { ...thinks, top_k: 3 }, { temperature: 0.2 }] as const),
      { ...thinks, top_k: 3 },
    ],
    [
      'as the revision alone has it',
      ...(['openai-chat', {}, { ...thinks, temperature: 0.2 }, { ...thinks, temperature: 0.2 }] as const),
    ],
  ])('think %s, for the API takes not both', (_name, from, asked, parameters, expected) => {
    const names = ['thinking', 'temperature', 'top_p', 'top_k', 'tool_choice', 'max_tokens'];
    const written = Object.entries(sent(from, asked, 'anthropic', parameters));
    const kept = Object.fromEntries(written.filter(([name]) => names.includes(name)));
    expect(kept).toEqual({ max_tokens: 8_000, ...expected });
  });

  it('win over what only the protocol of the request knows, whatever the target speaks', () => {
    const [given, own] = [{ top_k: 50 }, { top_k: 3 }];
    expect(sent('anthropic-messages', given, 'anthropic', own)).toMatchObject(own);
    expect(sent('anthropic-messages', given, 'openai', own)).toMatchObject(own);
  });
});

describe('structured output', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const chatFormat = { type: 'json_schema', json_schema: { name: 'place', schema, strict: true } };

  it.each<[Protocol, JsonObject]>([
    ['openai-chat', { response_format: chatFormat }],
    ['openai-responses', { text: { format: { type: 'json_schema', name: 'place', schema, strict: true } } }],
    ['anthropic-messages', { output_config: { format: { type: 'json_schema', schema } } }],
  ])('of %s is known to both vendors', (from, more) => {
    const format = { type: 'json_schema', schema };
    expect(sent(from, more, 'anthropic')).toMatchObject({ output_config: { format } });
    const openai = JSON.stringify(sent(from, more, 'openai'));
    expect(openai).toContain(JSON.stringify(schema));
  });
});

describe('messages', () => {
  it("puts OpenAI's system messages before Anthropic's turns", () => {
    const messages = [
      { role: 'system', content: 'One.' },
      { role: 'user', content: 'Hello' },
      { role: 'developer', content: 'Two.' },
    ];
    expect(sent('openai-chat', { messages }, 'anthropic')).toMatchObject({
      system: [{ text: 'One.' }, { text: 'Two.' }],
      messages: [{ role: 'user', content: 'Hello' }],
    });
  });

  it("puts the answers to several calls into one of Anthropic's turns", () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } });
    const messages = [
      ...hello,
      { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'a', content: '1' },
      { role: 'tool', tool_call_id: 'b', content: '2' },
      { role: 'user', content: 'And?' },
    ];
    expect(sent('openai-chat', { messages }, 'anthropic')['messages']).toEqual([
      { role: 'user', content: 'Hello' },
      {
        role: 'assistant',
        content: [call('a'), call('b')].map(({ id }) => ({ type: 'tool_use', id, name: 'look', input: {} })),
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '1' },
          { type: 'tool_result', tool_use_id: 'b', content: '2' },
          { type: 'text', text: 'And?' },
        ],
      },
    ]);
  });

  it.each<[Protocol, JsonObject]>([
    [
      'anthropic-messages',
      {
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
              { type: 'text', text: 'Look.' },
              { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } },
            ],
          },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 't1', content: 'Seen.', is_error: true }],
          },
        ],
      },
    ],
    [
      'openai-responses',
      {
        input: [
          {
            type: 'message',
            role: 'user',
            content: [
              { type: 'input_text', text: 'Hi' },
              { type: 'input_file', file_id: 'f1' },
            ],
          },
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'xyz' },
          { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'look', arguments: '{}' },
          { type: 'function_call_output', call_id: 'c1', output: 'Seen.' },
          { type: 'web_search_call', id: 'ws_1', status: 'completed' },
        ],
      },
    ],
    [
      'openai-chat',
      {
        messages: [
          { role: 'developer', content: 'Be brief.' },
          {
            role: 'user',
            name: 'ada',
            content: [
              { type: 'text', text: 'Hi' },
              { type: 'input_audio', input_audio: { data: 'x', format: 'mp3' } },
            ],
          },
          {
            role: 'user',
            content: [{ type: 'image_url', image_url: { url: 'https://e.com/a.png', detail: 'low' } }],
          },
        ],
      },
    ],
  ])('of %s reach a provider of the same protocol unchanged', (from, more) => {
    const kind = from === 'anthropic-messages' ? 'anthropic' : 'openai';
    expect(sent(from, more, kind)).toMatchObject(more);
  });

  it('of Responses become chat history for Anthropic, reasoning left out', () => {
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'xyz' },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Look.', annotations: [] }],
      },
      {
        type: 'function_call',
        id: 'fc_1',
        call_id: 'c1',
        name: 'look',
        arguments: '{"a":1}',
        status: 'completed',
      },
      { type: 'function_call_output', call_id: 'c1', output: 'Seen.' },
    ];
    expect(sent('openai-responses', { input, instructions: 'Be brief.' }, 'anthropic')).toMatchObject({
      system: 'Be brief.',
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'tool_use', id: 'c1', name: 'look', input: { a: 1 } },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'Seen.' }] },
      ],
    });
  });

  it("leaves out reasoning of another vendor's model that an Anthropic caller sends back", () => {
    const messages = [
      ...hello,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: '' },
          { type: 'text', text: 'Hi.' },
        ],
      },
      ...hello,
    ];
    expect(JSON.stringify(sent('anthropic-messages', { messages }, 'anthropic'))).not.toContain('thinking');
    expect(JSON.stringify(sent('anthropic-messages', { messages }, 'openai'))).not.toContain('thinking');
  });
});

describe('a request that Sluice does not serve', () => {
  it.each<[Protocol, JsonValue, string]>([
    ['openai-chat', [], ''],
    ['openai-chat', { messages: hello }, 'model'],
    ['openai-chat', { model: 'app' }, 'messages'],
    ['openai-chat', { model: 'app', messages: [] }, 'messages'],
    ['openai-chat', { ...bodies['openai-chat'], n: 2 }, 'n'],
    ['openai-chat', { ...bodies['openai-chat'], functions: [] }, 'functions'],
    ['openai-chat', { ...bodies['openai-chat'], temperature: 'hot' }, 'temperature'],
    ['openai-chat', { model: 'app', messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
    ['openai-chat', { model: 'app', messages: [{ role: 'robot', content: '' }] }, 'messages[0].role'],
    [
      'openai-chat',
      { model: 'app', messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'messages[0].content[0].text',
    ],
    ['openai-responses', { model: 'app' }, 'input'],
    [
      'openai-responses',
      { ...bodies['openai-responses'], previous_response_id: 'resp_1' },
      'previous_response_id',
    ],
    ['openai-responses', { ...bodies['openai-responses'], conversation: 'conv_1' }, 'conversation'],
    ['openai-responses', { ...bodies['openai-responses'], background: true }, 'background'],
    ['openai-responses', { ...bodies['openai-responses'], store: true }, 'store'],
    ['openai-responses', { model: 'app', input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
    ['anthropic-messages', { model: 'app', messages: hello }, 'max_tokens'],
    [
      'anthropic-messages',
      { model: 'app', max_tokens: 1, messages: [{ role: 'tool', content: '' }] },
      'messages[0].role',
    ],
  ])('%s %j names %j', (protocol, body, param) => {
    expect(() => parseInbound(protocol, body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: { param } }) as Error,
    );
  });

  it.each([false, null])('is none with "background": %j', (background) => {
    expect(
      parseInbound('openai-responses', { ...bodies['openai-responses'], background, store: false }),
    ).toMatchObject({
      model: 'app',
      store: false,
    });
  });
});

it("takes what is Sluice's out of the request, and reads whom it is for", () => {
  const sluice = { variables: { name: 'Ada' } };
  const inbound = parseInbound('openai-chat', {
    ...bodies['openai-chat'],
    sluice,
    safety_identifier: 's1',
    user: 'u1',
    store: false,
  });
  expect(inbound).toMatchObject({ model: 'app', sluice, user: 's1', store: false });
  expect(inbound.request.parameters.rest).not.toHaveProperty('sluice');
});

describe('a second turn', () => {
  const use = { type: 'tool_use', id: 't1', name: 'f', input: {} };
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'ok' }] };
  const turns = (...thought: JsonObject[]): JsonObject => ({
    messages: [...hello, { role: 'assistant', content: [...thought, use] }, result],
    thinking: { type: 'enabled', budget_tokens: 1024 },
  });

  it.each([
    [{ type: 'thinking', thinking: 'Hm.', signature: '' }],
    [{ type: 'thinking', thinking: 'Hm.' }],
    [{ type: 'thinking', thinking: 'Hm.', signature: null }],
    [{ type: 'redacted_thinking' }],
  ])('brings Claude no thinking without a signature, and no thinking is asked of it: %j', (thought) => {
    const body = sent('anthropic-messages', turns(thought), 'anthropic');
    expect(JSON.stringify(body)).not.toContain('thinking');
    expect(sent('anthropic-messages', { ...turns(thought), messages: hello }, 'anthropic')).toHaveProperty(
      'thinking',
    );
  });

  it('brings Claude its own thinking', () => {
    const own = { type: 'thinking', thinking: 'Hm.', signature: 'sig' };
    const body = sent('anthropic-messages', turns(own), 'anthropic');
    expect(body).toMatchObject({
      thinking: { type: 'enabled' },
      messages: [{}, { content: [own, use] }, {}],
    });
  });

  it('brings OpenAI no bare reasoning, and no ids of what it led to', () => {
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [] };
    const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'c1', output: 'ok' };
    const input = (item: JsonObject) => [{ role: 'user', content: 'Hi' }, item, call, output];
    const { id: _id, ...anonymous } = call;
    expect(sent('openai-responses', { input: input(reasoning) }, 'openai')['input']).toMatchObject([
      {},
      anonymous,
      output,
    ]);
    expect(JSON.stringify(sent('openai-responses', { input: input(reasoning) }, 'openai'))).not.toMatch(
      /rs_1|fc_1/,
    );
    const own = { ...reasoning, encrypted_content: 'secret' };
    expect(sent('openai-responses', { input: input(own) }, 'openai')['input']).toMatchObject([
      {},
      own,
      call,
      output,
    ]);
  });

  it.each<[Protocol, JsonObject]>([
    ['openai-chat', { type: 'function', function: { name: 'f' } }],
    ['openai-responses', { type: 'function', name: 'f' }],
    ['anthropic-messages', { type: 'tool', name: 'f' }],
  ])('has no choice of tool without the tool: %s', (from, choice) => {
    const other = {
      'openai-chat': { type: 'function', function: { name: 'g', parameters: {} } },
      'openai-responses': { type: 'function', name: 'g', parameters: {} },
      'anthropic-messages': { name: 'g', input_schema: {} },
    };
    const given = [other[from]];
    for (const kind of ['openai', 'anthropic'] as const) {
      for (const left of [undefined, [], given]) {
        const more = left === undefined ? {} : { tools: left };
        const body = sent(from, { tool_choice: choice, ...more }, kind);
        expect(body).not.toHaveProperty('tool_choice');
        if (left !== given) expect(body).not.toHaveProperty('tools');
      }
    }
  });

  it('may ask for encrypted reasoning whatever the target speaks, which none but OpenAI has', () => {
    const include = ['reasoning.encrypted_content'];
    expect(sent('openai-responses', { include }, 'anthropic')).not.toHaveProperty('include');
    expect(sent('openai-responses', { include: ['x', ...include] }, 'openai')['include']).toEqual([
      'x',
      ...include,
    ]);
    expect(sent('openai-responses', { include: ['x'] }, 'openai')['include']).toEqual(['x', ...include]);
  });
});
