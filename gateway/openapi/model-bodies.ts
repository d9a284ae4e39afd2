import type { JsonObject } from '../../domain/json.ts';
import type { Protocol } from '../../protocols/request.ts';

const text = { type: 'string' };
const object = { type: 'object' };
const sluice: JsonObject = {
  type: 'object',
  properties: { variables: object, documents: { type: 'array', items: object } },
  additionalProperties: false,
};

/** What all three protocols have. */
const common = {
  model: { type: 'string', description: '<app> or <app>/<prompt>' },
  stream: { type: 'boolean' },
  temperature: { type: 'number' },
  top_p: { type: 'number' },
  metadata: object,
  tools: { type: 'array', items: object },
  sluice,
};

function messages(roles: readonly string[]): JsonObject {
  const part = { ...object, required: ['type'], properties: { type: text } };
  const content = { anyOf: [text, { type: 'array', items: part }] };
  return {
    type: 'array',
    minItems: 1,
    items: {
      type: 'object',
      required: ['role'],
      properties: { role: { type: 'string', enum: [...roles] }, content },
    },
  };
}

/** The bodies that a gateway reads, as far as it looks into them itself. */
export const modelBodies: Record<Protocol, JsonObject> = {
  'openai-chat': {
    type: 'object',
    required: ['model', 'messages'],
    properties: {
      ...common,
      messages: messages(['system', 'developer', 'user', 'assistant', 'tool']),
      max_tokens: { type: 'integer' },
      max_completion_tokens: { type: 'integer' },
      stop: { anyOf: [text, { type: 'array', items: text }] },
      tool_choice: { anyOf: [text, object] },
      response_format: object,
      parallel_tool_calls: { type: 'boolean' },
      reasoning_effort: text,
      stream_options: object,
      user: text,
      safety_identifier: text,
      store: { type: 'boolean' },
      n: { type: 'integer' },
    },
  },
  'openai-responses': {
    type: 'object',
    required: ['model', 'input'],
    properties: {
      ...common,
      input: { anyOf: [text, { type: 'array', items: object }] },
      instructions: text,
      max_output_tokens: { type: 'integer' },
      tool_choice: { anyOf: [text, object] },
      text: object,
      reasoning: object,
      store: { type: 'boolean' },
      user: text,
    },
  },
  'anthropic-messages': {
    type: 'object',
    required: ['model', 'messages', 'max_tokens'],
    properties: {
      ...common,
      messages: messages(['user', 'assistant', 'system']),
      max_tokens: { type: 'integer' },
      system: { anyOf: [text, { type: 'array', items: object }] },
      stop_sequences: { type: 'array', items: text },
      tool_choice: object,
      thinking: object,
      output_config: object,
    },
  },
};
