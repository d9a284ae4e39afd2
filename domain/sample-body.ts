import { z } from 'zod';

const jsonObject = z.record(z.string(), z.json());

const partSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({
    type: z.literal('image'),
    source: z.discriminatedUnion('kind', [
      z.looseObject({ kind: z.literal('url'), url: z.string() }),
      z.looseObject({ kind: z.literal('base64'), mediaType: z.string(), data: z.string() }),
    ]),
  }),
  z.looseObject({ type: z.literal('other'), protocol: z.string(), raw: jsonObject }),
]);

const messageSchema = z.looseObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.array(partSchema),
  toolCalls: z.array(z.looseObject({ id: z.string(), name: z.string(), arguments: z.string() })).optional(),
  toolCallId: z.string().optional(),
});

const toolSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('function'),
    name: z.string(),
    description: z.string().optional(),
    parameters: jsonObject.optional(),
    strict: z.boolean().optional(),
  }),
  z.looseObject({ kind: z.literal('other'), protocol: z.string(), raw: jsonObject }),
]);

const toolChoiceSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.enum(['auto', 'none', 'required']) }),
  z.looseObject({ kind: z.literal('function'), name: z.string() }),
  z.looseObject({ kind: z.literal('other'), protocol: z.string(), raw: z.json() }),
]);

const responseFormatSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.enum(['text', 'json_object']) }),
  z.looseObject({
    kind: z.literal('json_schema'),
    name: z.string(),
    schema: jsonObject,
    description: z.string().optional(),
    strict: z.boolean().optional(),
  }),
]);

const parametersSchema = z.looseObject({
  temperature: z.number().optional(),
  topP: z.number().optional(),
  maxTokens: z.number().optional(),
  stop: z.array(z.string()).optional(),
  responseFormat: responseFormatSchema.optional(),
  parallelToolCalls: z.boolean().optional(),
  rest: jsonObject.default({}),
});

/**
 * What a sample keeps of a request, sealed (invariant 22): what the gateway understood of it, whichever protocol it came
 * in, and enough to ask it again on either arm.
 */
export const sampleBodySchema = z.looseObject({
  protocol: z.enum(['openai-chat', 'openai-responses', 'anthropic-messages']),
  /** The name that the caller asked for: `<app>` or `<app>/<prompt>`. */
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolSchema).optional(),
  toolChoice: toolChoiceSchema.optional(),
  parameters: parametersSchema,
  variables: jsonObject.default({}),
  /** The documents that it was answered with, so that a replay can freeze them. */
  documents: z.array(jsonObject).default([]),
});

export type SampleBody = z.infer<typeof sampleBodySchema>;
