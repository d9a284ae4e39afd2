import type { JsonObject } from '../domain/json.ts';

// Pieces of the JSON Schemas of bodies, as far as a gateway looks into them itself.

export const text = { type: 'string' };
export const object = { type: 'object' };
export const textOrObject = { anyOf: [text, object] };
export const textOrObjects = { anyOf: [text, { type: 'array', items: object }] };
export const textOrTexts = { anyOf: [text, { type: 'array', items: text }] };

const sluice: JsonObject = {
  type: 'object',
  properties: { variables: object, documents: { type: 'array', items: object } },
  additionalProperties: false,
};

/** What all protocols have. */
export const commonFields = {
  model: { type: 'string', description: '<app> or <app>/<prompt>' },
  stream: { type: 'boolean' },
  temperature: { type: 'number' },
  top_p: { type: 'number' },
  metadata: object,
  tools: { type: 'array', items: object },
  sluice,
};

/** Messages of these roles, each a text or parts. */
export function messages(roles: readonly string[]): JsonObject {
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
