/** Answers in the vendors' documented forms. */
import type { JsonObject } from '../../domain/json.ts';
import { sseFrame } from '../sse.ts';

const chatBase = { id: 'chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG', created: 1741570283, model: 'gpt-5-mini' };

export const chatCompletion: JsonObject = {
  ...chatBase,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Grüße 👋 from Wien', refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 19,
    completion_tokens: 10,
    total_tokens: 29,
    prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 3, accepted_prediction_tokens: 0 },
  },
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
};

export const chatToolCompletion: JsonObject = {
  ...chatBase,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_abc123',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Wien"}' },
          },
        ],
      },
      finish_reason: 'tool_calls',
    },
  ],
  usage: { prompt_tokens: 82, completion_tokens: 17, total_tokens: 99 },
};

function chatChunk(delta: JsonObject, finishReason: string | null = null): string {
  return sseFrame(
    JSON.stringify({
      ...chatBase,
      object: 'chat.completion.chunk',
      system_fingerprint: 'fp_44709d6fcb',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      usage: null,
    }),
  );
}

const chatUsageChunk = sseFrame(
  JSON.stringify({
    ...chatBase,
    object: 'chat.completion.chunk',
    choices: [],
    usage: { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 },
  }),
);

export const chatStream: readonly string[] = [
  chatChunk({ role: 'assistant', content: '', refusal: null }),
  chatChunk({ content: 'Grüße 👋' }),
  chatChunk({ content: ' from Wien' }),
  chatChunk({}, 'stop'),
  chatUsageChunk,
  sseFrame('[DONE]'),
];

export const chatToolStream: readonly string[] = [
  chatChunk({
    role: 'assistant',
    content: null,
    tool_calls: [
      { index: 0, id: 'call_abc123', type: 'function', function: { name: 'weather', arguments: '' } },
    ],
  }),
  chatChunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
  chatChunk({ tool_calls: [{ index: 0, function: { arguments: '"Wien"}' } }] }),
  chatChunk({}, 'tool_calls'),
  chatUsageChunk,
  sseFrame('[DONE]'),
];

const anthropicBase = { id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF', type: 'message', role: 'assistant' };

export const anthropicMessage: JsonObject = {
  ...anthropicBase,
  model: 'claude-sonnet-4-5',
  content: [
    { type: 'thinking', thinking: 'They greet me.', signature: 'EqQBCgIYAhIM' },
    { type: 'text', text: 'Grüße 👋 from Wien' },
  ],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 15, cache_creation_input_tokens: 1, cache_read_input_tokens: 4, output_tokens: 10 },
};

export const anthropicToolMessage: JsonObject = {
  ...anthropicBase,
  model: 'claude-sonnet-4-5',
  content: [
    { type: 'tool_use', id: 'toolu_01A09q90qw90lq917835lq9', name: 'weather', input: { city: 'Wien' } },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 82, output_tokens: 17 },
};

function event(type: string, fields: JsonObject = {}): string {
  return sseFrame(JSON.stringify({ type, ...fields }), type);
}

const anthropicStart = event('message_start', {
  message: {
    ...anthropicBase,
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 15, cache_creation_input_tokens: 1, cache_read_input_tokens: 4, output_tokens: 1 },
  },
});

function anthropicEnd(stopReason: string): string[] {
  return [
    event('message_delta', {
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: 10 },
    }),
    event('message_stop'),
  ];
}

export const anthropicStream: readonly string[] = [
  anthropicStart,
  event('content_block_start', {
    index: 0,
    content_block: { type: 'thinking', thinking: '', signature: '' },
  }),
  event('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: 'They greet me.' } }),
  event('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: 'EqQBCgIYAhIM' } }),
  event('content_block_stop', { index: 0 }),
  event('ping'),
  event('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }),
  event('content_block_delta', { index: 1, delta: { type: 'text_delta', text: 'Grüße 👋' } }),
  event('content_block_delta', { index: 1, delta: { type: 'text_delta', text: ' from Wien' } }),
  event('content_block_stop', { index: 1 }),
  ...anthropicEnd('end_turn'),
];

export const anthropicToolStream: readonly string[] = [
  anthropicStart,
  event('content_block_start', {
    index: 0,
    content_block: { type: 'tool_use', id: 'toolu_01A09q90qw90lq917835lq9', name: 'weather', input: {} },
  }),
  event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: '' } }),
  event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: '{"city":' } }),
  event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: '"Wien"}' } }),
  event('content_block_stop', { index: 0 }),
  ...anthropicEnd('tool_use'),
];

const textItem: JsonObject = {
  type: 'message',
  id: 'msg_67ccd2bf17f0819081ff3bb2cf6508e6',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Grüße 👋 from Wien', annotations: [], logprobs: [] }],
};

const callItem: JsonObject = {
  type: 'function_call',
  id: 'fc_12345xyz',
  call_id: 'call_abc123',
  name: 'weather',
  arguments: '{"city":"Wien"}',
  status: 'completed',
};

function responseObject(status: string, output: readonly JsonObject[]): JsonObject {
  const usage = {
    input_tokens: 19,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 3 },
    total_tokens: 29,
  };
  return {
    id: 'resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b',
    object: 'response',
    created_at: 1741476542,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    model: 'gpt-5-mini',
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: status === 'completed' ? usage : null,
    metadata: {},
  };
}

export const responsesAnswer = responseObject('completed', [textItem]);
export const responsesToolAnswer = responseObject('completed', [callItem]);

function numbered(events: readonly (readonly [string, JsonObject])[]): string[] {
  return events.map(([type, fields], i) => event(type, { ...fields, sequence_number: i }));
}

const textPlace = { item_id: 'msg_67ccd2bf17f0819081ff3bb2cf6508e6', output_index: 0, content_index: 0 };

export const responsesStream: readonly string[] = numbered([
  ['response.created', { response: responseObject('in_progress', []) }],
  ['response.in_progress', { response: responseObject('in_progress', []) }],
  [
    'response.output_item.added',
    { output_index: 0, item: { ...textItem, status: 'in_progress', content: [] } },
  ],
  ['response.content_part.added', { ...textPlace, part: { type: 'output_text', text: '', annotations: [] } }],
  ['response.output_text.delta', { ...textPlace, delta: 'Grüße 👋', logprobs: [] }],
  ['response.output_text.delta', { ...textPlace, delta: ' from Wien', logprobs: [] }],
  ['response.output_text.done', { ...textPlace, text: 'Grüße 👋 from Wien', logprobs: [] }],
  [
    'response.content_part.done',
    { ...textPlace, part: { type: 'output_text', text: 'Grüße 👋 from Wien', annotations: [] } },
  ],
  ['response.output_item.done', { output_index: 0, item: textItem }],
  ['response.completed', { response: responsesAnswer }],
]);

export const responsesToolStream: readonly string[] = numbered([
  ['response.created', { response: responseObject('in_progress', []) }],
  [
    'response.output_item.added',
    { output_index: 0, item: { ...callItem, arguments: '', status: 'in_progress' } },
  ],
  ['response.function_call_arguments.delta', { item_id: 'fc_12345xyz', output_index: 0, delta: '{"city":' }],
  ['response.function_call_arguments.delta', { item_id: 'fc_12345xyz', output_index: 0, delta: '"Wien"}' }],
  [
    'response.function_call_arguments.done',
    { item_id: 'fc_12345xyz', output_index: 0, name: 'weather', arguments: '{"city":"Wien"}' },
  ],
  ['response.output_item.done', { output_index: 0, item: callItem }],
  ['response.completed', { response: responsesToolAnswer }],
]);
