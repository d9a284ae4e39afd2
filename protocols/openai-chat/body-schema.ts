import type { JsonObject } from '../../domain/json.ts';
import { commonFields, messages, object, text, textOrObject, textOrTexts } from '../body-schema.ts';

export const bodySchema: JsonObject = {
  type: 'object',
  required: ['model', 'messages'],
  properties: {
    ...commonFields,
    messages: messages(['system', 'developer', 'user', 'assistant', 'tool']),
    max_tokens: { type: 'integer' },
    max_completion_tokens: { type: 'integer' },
    stop: textOrTexts,
    tool_choice: textOrObject,
    response_format: object,
    parallel_tool_calls: { type: 'boolean' },
    reasoning_effort: text,
    stream_options: object,
    user: text,
    safety_identifier: text,
    store: { type: 'boolean' },
    n: { type: 'integer' },
  },
};
