import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { outboundCodec } from '../registry.ts';
import { protocols, type ModelRequest } from '../request.ts';

const jsonObject = z.record(z.string(), z.json());
const protocol = z.enum(protocols);
const extra = z.object({ protocol, fields: jsonObject }).exactOptional();

const partSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), refusal: z.boolean().exactOptional(), extra }),
  z.object({
    type: z.literal('image'),
    source: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('url'), url: z.string() }),
      z.object({ kind: z.literal('base64'), mediaType: z.string(), data: z.string() }),
    ]),
    extra,
  }),
  z.object({ type: z.literal('other'), protocol, raw: jsonObject }),
]);

const messageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.array(partSchema),
  toolCalls: z
    .array(z.object({ id: z.string(), name: z.string(), arguments: z.string(), extra }))
    .exactOptional(),
  toolCallId: z.string().exactOptional(),
  toolFailed: z.boolean().exactOptional(),
  developer: z.boolean().exactOptional(),
  extra,
});

const toolSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('function'),
    name: z.string(),
    description: z.string().exactOptional(),
    parameters: jsonObject.exactOptional(),
    strict: z.boolean().exactOptional(),
    extra,
  }),
  z.object({ kind: z.literal('other'), protocol, raw: jsonObject }),
]);

const toolChoiceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['auto', 'none', 'required']) }),
  z.object({ kind: z.literal('function'), name: z.string() }),
  z.object({ kind: z.literal('other'), protocol, raw: z.json() }),
]);

const responseFormatSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['text', 'json_object']) }),
  z.object({
    kind: z.literal('json_schema'),
    name: z.string(),
    schema: jsonObject,
    description: z.string().exactOptional(),
    strict: z.boolean().exactOptional(),
  }),
]);

const parametersSchema = z.object({
  temperature: z.number().exactOptional(),
  topP: z.number().exactOptional(),
  maxTokens: z.number().exactOptional(),
  maxTokensOldSpelling: z.boolean().exactOptional(),
  stop: z.array(z.string()).exactOptional(),
  responseFormat: responseFormatSchema.exactOptional(),
  parallelToolCalls: z.boolean().exactOptional(),
  effort: z.string().exactOptional(),
  rest: jsonObject.default({}),
});

/** Samples had no version while they kept the canonical request. */
const sampleOfBeforeSchema = z.object({
  version: z.undefined().optional(),
  protocol,
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolSchema).exactOptional(),
  toolChoice: toolChoiceSchema.exactOptional(),
  parameters: parametersSchema,
  stream: z.boolean().default(false),
  variables: jsonObject.default({}),
  documents: z.array(jsonObject).default([]),
  index: z.object({ version: z.string(), digest: z.string() }).exactOptional(),
});

/**
 * A sample of before there were versions, as one of version 2: written by the protocol's own writer. Undefined where it is
 * none, or where that writer cannot say it.
 */
export function upgradeSample(stored: JsonValue): JsonObject | undefined {
  const parsed = sampleOfBeforeSchema.safeParse(stored);
  if (!parsed.success) return undefined;
  const { protocol: spoken, variables, documents, index, version: _version, ...asked } = parsed.data;
  const body = bodyOf({ ...asked, includeUsage: true, raw: { protocol: spoken, body: {} } });
  if (body === undefined) return undefined;
  return {
    version: 2,
    protocol: spoken,
    body,
    variables,
    // It did not tell "no documents" from "none were found".
    ...(documents.length === 0 ? {} : { documents }),
    ...(index === undefined ? {} : { index }),
  };
}

function bodyOf(request: ModelRequest): JsonObject | undefined {
  try {
    const {
      model: _model,
      store: _store,
      ...body
    } = outboundCodec(request.raw.protocol).writeRequest(request, '');
    return body;
  } catch (error) {
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
}
