import type { JsonObject } from '../../domain/json.ts';
import { commonFields, object, text, textOrObject, textOrObjects } from '../body-schema.ts';

export const bodySchema: JsonObject = {
  type: 'object',
  required: ['model', 'input'],
  properties: {
    ...commonFields,
    input: textOrObjects,
    instructions: text,
    max_output_tokens: { type: 'integer' },
    tool_choice: textOrObject,
    text: object,
    reasoning: object,
    store: { type: 'boolean' },
    user: text,
  },
};
