import type { JsonObject } from '../../domain/json.ts';
import type { Protocol } from '../request.ts';
import type { ResolvedTarget } from '../target.ts';
import { outboundRequest } from './outbound-request.ts';
import { parseInbound } from '../parse-inbound.ts';
import { bodies, hello, sent, target } from './test-fixtures/sent.ts';

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
