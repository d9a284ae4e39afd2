// Requests as callers send them, by protocol: between them they use what only their own protocol can say.
import type { JsonObject } from '../../domain/json.ts';
import type { Protocol } from '../request.ts';

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const picture = 'iVBORw0KGgo123456789=';
const hello = [{ role: 'user', content: 'Hello' }];

const chatRequests: readonly JsonObject[] = [
  { messages: hello },
  { messages: hello, stream: true },
  { messages: hello, stream: true, stream_options: { include_usage: true } },
  {
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'system', content: [{ type: 'text', text: 'Be kind.' }] },
      { role: 'user', name: 'ada', content: [{ type: 'text', text: 'Hello' }] },
      { role: 'assistant', content: null, refusal: 'I cannot.' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'Nor that.' }] },
      { role: 'user', content: 'Why?' },
    ],
    reasoning_effort: 'low',
    max_tokens: 50,
    user: 'u-7',
  },
  {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}`, detail: 'low' } },
          { type: 'image_url', image_url: { url: 'https://images.test/1234567.png' } },
        ],
      },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          {
            id: 'call_1234567',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Wien"}' },
          },
          { id: 'call_7654321', type: 'function', function: { name: 'weather', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1234567', content: 'sunny' },
      { role: 'tool', tool_call_id: 'call_7654321', content: [{ type: 'text', text: 'rain' }] },
    ],
    tools: [
      { type: 'function', function: { name: 'weather', description: 'Of a city', parameters: schema } },
      { type: 'function', function: { name: 'time', strict: true } },
    ],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
    max_completion_tokens: 70,
    temperature: 0.2,
    top_p: 0.9,
    stop: 'END',
  },
  {
    messages: hello,
    response_format: { type: 'json_schema', json_schema: { name: 'city', schema, strict: true } },
    tool_choice: 'none',
    metadata: { team: 'north' },
    safety_identifier: 'subject-9',
    n: 1,
    seed: 5,
    service_tier: 'flex',
    prompt_cache_key: 'greetings',
    stop: ['A', 'B'],
  },
];

/** What only OpenAI's chat completions know: no target of another protocol can be asked it. */
const chatOwnRequests: readonly JsonObject[] = [
  {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hear' },
          { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
        ],
      },
    ],
    store: true,
    logprobs: true,
    top_logprobs: 3,
    logit_bias: { '50256': -100 },
    frequency_penalty: 0.5,
    verbosity: 'low',
    web_search_options: { search_context_size: 'low' },
    response_format: { type: 'json_object' },
    a_field_of_tomorrow: { deep: [1, null, 'x'] },
    tools: [{ type: 'custom', custom: { name: 'sql', format: { type: 'text' } } }],
  },
];

const responsesRequests: readonly JsonObject[] = [
  { input: 'Hello' },
  { input: 'Hello', stream: true, max_output_tokens: 80 },
  {
    instructions: 'Be brief.',
    input: [
      { role: 'developer', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'See' },
          { type: 'input_image', image_url: 'https://images.test/a.png', detail: 'high' },
        ],
      },
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_1234567',
        status: 'completed',
        content: [
          { type: 'output_text', text: 'A cat.', annotations: [] },
          { type: 'refusal', refusal: 'No more.' },
        ],
      },
      {
        type: 'function_call',
        call_id: 'call_1234567',
        id: 'fc_1',
        name: 'weather',
        arguments: '{"city":"Wien"}',
      },
      { type: 'function_call_output', call_id: 'call_1234567', output: 'sunny' },
      { role: 'user', content: 'Thanks' },
    ],
    tools: [{ type: 'function', name: 'weather', parameters: schema, strict: true }],
    tool_choice: { type: 'function', name: 'weather' },
    parallel_tool_calls: true,
    reasoning: { effort: 'high' },
    text: { format: { type: 'json_schema', name: 'city', schema, strict: true } },
    temperature: 0.3,
    top_p: 0.8,
    metadata: { team: 'south' },
    safety_identifier: 'subject-9',
  },
];

const responsesOwnRequests: readonly JsonObject[] = [
  {
    input: [
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAAB1234567' },
      { role: 'user', content: [{ type: 'input_file', filename: 'a.pdf', file_data: 'data:;base64,AA==' }] },
    ],
    tools: [{ type: 'web_search', search_context_size: 'low' }],
    tool_choice: { type: 'web_search' },
    reasoning: { effort: 'minimal', summary: 'auto' },
    text: { verbosity: 'low' },
    include: ['reasoning.encrypted_content'],
    truncation: 'auto',
    top_logprobs: 2,
    max_tool_calls: 3,
  },
];

const anthropicRequests: readonly JsonObject[] = [
  { max_tokens: 50, messages: hello },
  { max_tokens: 50, messages: hello, stream: true },
  {
    max_tokens: 60,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
          { type: 'text', text: 'What is it?', cache_control: { type: 'ephemeral' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'A cat?', signature: 'Ep1234567' },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'toolu_1234567', name: 'weather', input: { city: 'Wien' } },
          { type: 'tool_use', id: 'toolu_7654321', name: 'weather', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1234567', content: 'sunny' },
          { type: 'tool_result', tool_use_id: 'toolu_7654321', content: [{ type: 'text', text: 'none' }] },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
    tools: [{ name: 'weather', description: 'Of a city', input_schema: schema }],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    temperature: 0.4,
    top_p: 0.7,
    stop_sequences: ['END'],
    output_config: { effort: 'low', format: { type: 'json_schema', schema } },
    metadata: { user_id: 'subject-9' },
    service_tier: 'auto',
  },
  {
    max_tokens: 40,
    // The writer of this protocol would leave both out.
    messages: [
      { role: 'user', content: '' },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'Mine.', signature: '' }] },
      { role: 'user', content: 'Hello' },
    ],
    tool_choice: { type: 'auto' },
  },
];

const anthropicOwnRequests: readonly JsonObject[] = [
  {
    max_tokens: 2000,
    system: 'Be brief.',
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'system', content: 'Be kind from now on.' },
      {
        role: 'assistant',
        content: [
          { type: 'redacted_thinking', data: 'EmwKAhgB1234567' },
          { type: 'server_tool_use', id: 'srvtoolu_1234567', name: 'web_search', input: { query: 'cats' } },
          { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1234567', content: [] },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'document', source: { type: 'url', url: 'https://files.test/a.pdf' } }],
      },
    ],
    tools: [
      { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
      { name: 'weather', input_schema: schema, strict: true, cache_control: { type: 'ephemeral' } },
    ],
    tool_choice: { type: 'tool', name: 'weather' },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    top_k: 5,
    mcp_servers: [{ type: 'url', name: 'files', url: 'https://mcp.test' }],
    container: 'container_1',
    output_config: { effort: 'max', something_new: true },
  },
];

/** Requests that a target of any protocol can be asked. */
export const requests: Readonly<Record<Protocol, readonly JsonObject[]>> = {
  'openai-chat': chatRequests,
  'openai-responses': responsesRequests,
  'anthropic-messages': anthropicRequests,
};

/** Requests that only a target of their own protocol can be asked. */
export const ownRequests: Readonly<Record<Protocol, readonly JsonObject[]>> = {
  'openai-chat': chatOwnRequests,
  'openai-responses': responsesOwnRequests,
  'anthropic-messages': anthropicOwnRequests,
};
