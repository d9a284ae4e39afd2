import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AnswerFormat } from '../models/answer.ts';
import type { PromptMessage } from '../models/prompt.ts';
import { bearerKey, content, openaiError, roleOf } from './openai-shared.ts';
import type { SimulatedProtocol } from './protocol.ts';
import { responseEvents, responseObject } from './response-stream.ts';

const item = z.union([
  z.looseObject({ type: z.literal('function_call'), arguments: z.string() }),
  z.looseObject({ type: z.literal('function_call_output'), output: content }),
  z.looseObject({
    type: z.literal('message').optional(),
    role: z.enum(['system', 'developer', 'user', 'assistant']),
    content,
  }),
]);
const body = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(item).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_output_tokens: z.number().int().min(1).nullish(),
  previous_response_id: z.null('this provider keeps no responses: send the whole input').optional(),
  tools: z
    .array(
      z.looseObject({ type: z.string(), name: z.string().optional(), parameters: z.unknown().optional() }),
    )
    .optional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.looseObject({ type: z.string(), name: z.string().optional() }),
    ])
    .optional(),
  text: z
    .looseObject({ format: z.looseObject({ type: z.string(), schema: z.unknown().optional() }).optional() })
    .nullish(),
});
type Body = z.infer<typeof body>;

/** OpenAI `POST /v1/responses`, stateless. */
export const responses: SimulatedProtocol = {
  vendor: 'openai',
  requestIdHeader: 'x-request-id',
  apiKeyOf: bearerKey,
  newId: () => `resp_${randomBytes(24).toString('hex')}`,
  parse(raw) {
    const read = body.parse(raw);
    const forced = forcedTool(read);
    return {
      model: read.model,
      stream: read.stream === true,
      includeUsage: true,
      request: {
        messages: messagesOf(read),
        temperature: read.temperature ?? 0,
        maxTokens: read.max_output_tokens ?? 4096,
        format: formatOf(read),
        ...(forced === undefined ? {} : { forcedTool: forced }),
      },
    };
  },
  answer: responseObject,
  events: responseEvents,
  errorBody: openaiError,
};

function messagesOf({ instructions, input }: Body): PromptMessage[] {
  const told: PromptMessage[] = instructions ? [{ role: 'system', text: instructions }] : [];
  if (typeof input === 'string') return [...told, { role: 'user', text: input }];
  const said = input.map((entry): PromptMessage => {
    if (entry.type === 'function_call') return { role: 'assistant', text: entry.arguments };
    if (entry.type === 'function_call_output') return { role: 'tool', text: entry.output };
    return { role: roleOf(entry.role), text: entry.content };
  });
  return [...told, ...said];
}

function forcedTool({
  tools = [],
  tool_choice: choice,
}: Body): { readonly name: string; readonly schema: unknown } | undefined {
  const named = typeof choice === 'object' ? choice.name : undefined;
  const callable = tools.filter(({ type }) => type === 'function');
  const found = callable.find(({ name }) => choice === 'required' || (name !== undefined && name === named));
  return found?.name === undefined ? undefined : { name: found.name, schema: found.parameters };
}

function formatOf({ text }: Body): AnswerFormat {
  if (text?.format?.type === 'json_object') return { kind: 'json' };
  return text?.format?.type === 'json_schema'
    ? { kind: 'schema', schema: text.format.schema }
    : { kind: 'text' };
}
