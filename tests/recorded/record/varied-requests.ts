import type { JsonObject } from '../../../domain/json.ts';

export interface VariedRequest {
  readonly path: '/v1/chat/completions' | '/v1/responses' | '/v1/messages';
  readonly body: JsonObject;
}

const app = 'bank-support';
const model = app;
const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const parameters = { type: 'object', properties: { card: { type: 'string' } }, required: ['card'] };
const toolCall = {
  id: 'call_1',
  type: 'function',
  function: { name: 'find_card', arguments: '{"card":"4"}' },
};

/** Requests that say more than a customer's message: what each protocol has words for. */
export const variedRequests: readonly VariedRequest[] = [
  {
    path: '/v1/chat/completions',
    body: {
      model: `${app}/answer`,
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', name: 'ada', content: 'Where is my card?' },
      ],
      temperature: 0.2,
      top_p: 0.9,
      max_tokens: 120,
      stop: ['END'],
      seed: 7,
      metadata: { channel: 'web' },
    },
  },
  {
    path: '/v1/chat/completions',
    body: {
      model,
      messages: [
        { role: 'developer', content: [{ type: 'text', text: 'Be polite.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is wrong with this card?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${onePixel}` } },
          ],
        },
      ],
      max_completion_tokens: 90,
      reasoning_effort: 'low',
    },
  },
  {
    path: '/v1/chat/completions',
    body: {
      model,
      messages: [
        { role: 'user', content: 'Block card 4.' },
        { role: 'assistant', content: null, tool_calls: [toolCall] },
        { role: 'tool', tool_call_id: 'call_1', content: 'It is active.' },
      ],
      tools: [{ type: 'function', function: { name: 'find_card', description: 'Finds a card', parameters } }],
      tool_choice: 'auto',
      parallel_tool_calls: false,
    },
  },
  {
    path: '/v1/chat/completions',
    body: {
      model,
      messages: [
        { role: 'user', content: 'Tell me a secret.' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot do that.' }] },
        { role: 'user', content: 'Then tell me my balance as JSON.' },
      ],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'balance', schema: parameters, strict: true },
      },
    },
  },
  {
    path: '/v1/chat/completions',
    body: {
      model,
      messages: [{ role: 'user', content: 'Why was I charged twice?' }],
      sluice: { variables: { tier: 'gold', tags: ['a', 'b'] } },
    },
  },
  {
    path: '/v1/responses',
    body: {
      model,
      instructions: 'Be short.',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'My transfer has not arrived.' }] }],
      max_output_tokens: 80,
      reasoning: { effort: 'low' },
      text: { format: { type: 'text' } },
    },
  },
  {
    path: '/v1/messages',
    body: {
      model,
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: 'Find card 4.' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'tool_1', name: 'find_card', input: { card: '4' } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'tool_1', content: 'It is active.' }] },
      ],
      tools: [{ name: 'find_card', description: 'Finds a card', input_schema: parameters }],
      tool_choice: { type: 'auto' },
      stop_sequences: ['END'],
      top_k: 40,
    },
  },
];

/** Sends a request to a gateway; returns the status of its answer and, of a refusal, what it says. */
export async function sendVaried(gatewayUrl: string, { path, body }: VariedRequest): Promise<string> {
  const response = await fetch(`${gatewayUrl}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer recorded',
      'anthropic-version': '2023-06-01',
      'x-sluice-subject': 'varied',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return response.ok ? String(response.status) : `${response.status} ${text}`;
}
