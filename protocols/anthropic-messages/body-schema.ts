import type { JsonObject } from '../../domain/json.ts';
import { commonFields, messages, object, text, textOrObjects } from '../body-schema.ts';

export const bodySchema: JsonObject = {
  type: 'object',
  required: ['model', 'messages', 'max_tokens'],
  properties: {
    ...commonFields,
    messages: messages(['user', 'assistant', 'system']),
    max_tokens: { type: 'integer' },
    system: textOrObjects,
    stop_sequences: { type: 'array', items: text },
    tool_choice: object,
    thinking: object,
    output_config: object,
  },
};
