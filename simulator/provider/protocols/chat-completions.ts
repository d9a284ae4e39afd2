import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AnswerFormat } from '../models/answer.ts';
import type { Generated } from '../models/generate.ts';
import { bearerKey, content, openaiError, roleOf } from './openai-shared.ts';
import { type AnswerContext, pieces, type SimulatedProtocol, type StreamEvent } from './protocol.ts';

const tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }),
});
const body = z.looseObject({
  model: z.string(),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
        content,
      }),
    )
    .min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  n: z.literal(1, 'this model answers with one choice').nullish(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.looseObject({ function: z.looseObject({ name: z.string() }) }),
    ])
    .optional(),
  response_format: z
    .discriminatedUnion('type', [
      z.looseObject({ type: z.literal('text') }),
      z.looseObject({ type: z.literal('json_object') }),
      z.looseObject({ type: z.literal('json_schema'), json_schema: z.looseObject({ schema: z.unknown() }) }),
    ])
    .optional(),
});
type Body = z.infer<typeof body>;

/** OpenAI `POST /v1/chat/completions`. */
export const chatCompletions: SimulatedProtocol = {
  vendor: 'openai',
  requestIdHeader: 'x-request-id',
  apiKeyOf: bearerKey,
  newId: () => `chatcmpl-${randomBytes(15).toString('base64url')}`,
  parse(raw) {
    const read = body.parse(raw);
    const forced = forcedTool(read);
    return {
      model: read.model,
      stream: read.stream === true,
      includeUsage: read.stream_options?.include_usage === true,
      request: {
        messages: read.messages.map(({ role, content: text }) => ({ role: roleOf(role), text })),
        temperature: read.temperature ?? 0,
        maxTokens: read.max_completion_tokens ?? read.max_tokens ?? 4096,
        format: formatOf(read),
        ...(forced === undefined ? {} : { forcedTool: forced }),
      },
    };
  },
  answer: (generated, context) => ({
    id: context.id,
    object: 'chat.completion',
    created: context.createdAt,
    model: context.model,
    choices: [
      { index: 0, message: messageOf(generated), logprobs: null, finish_reason: finishReason(generated) },
    ],
    usage: usageOf(generated),
    service_tier: 'default',
    system_fingerprint: 'fp_simulator',
  }),
  events: chunks,
  errorBody: openaiError,
};

function forcedTool({
  tools = [],
  tool_choice: choice,
}: Body): { readonly name: string; readonly schema: unknown } | undefined {
  const named = typeof choice === 'object' ? choice.function.name : undefined;
  const found = tools.find(({ function: { name } }) => choice === 'required' || name === named);
  return found && { name: found.function.name, schema: found.function.parameters };
}

function formatOf({ response_format: format }: Body): AnswerFormat {
  if (format?.type === 'json_object') return { kind: 'json' };
  return format?.type === 'json_schema'
    ? { kind: 'schema', schema: format.json_schema.schema }
    : { kind: 'text' };
}

function messageOf({ output }: Generated): object {
  const base = { role: 'assistant', refusal: null, annotations: [] };
  if (output.kind === 'text')
    return output.refused === true
      ? { ...base, content: null, refusal: output.text }
      : { ...base, content: output.text };
  return { ...base, content: null, tool_calls: [toolCall(output)] };
}

const toolCall = ({ name, input, written }: Extract<Generated['output'], { readonly kind: 'tool' }>) => ({
  id: `call_${randomBytes(12).toString('hex')}`,
  type: 'function',
  function: { name, arguments: written ?? JSON.stringify(input) },
});

function finishReason({ output }: Generated): 'stop' | 'length' | 'tool_calls' {
  if (output.kind === 'tool') return 'tool_calls';
  return output.truncated ? 'length' : 'stop';
}

const usageOf = ({ inputTokens, outputTokens }: Generated) => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
});

function chunks(generated: Generated, context: AnswerContext): StreamEvent[] {
  const usage = context.includeUsage ? { usage: null } : {};
  const chunk = (fields: object, isDelta = false): StreamEvent => ({
    data: JSON.stringify({
      id: context.id,
      object: 'chat.completion.chunk',
      created: context.createdAt,
      model: context.model,
      service_tier: 'default',
      system_fingerprint: 'fp_simulator',
      ...fields,
    }),
    isDelta,
  });
  const choice = (delta: object, finish: string | null, isDelta = false): StreamEvent =>
    chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...usage }, isDelta);
  return [
    choice({ role: 'assistant', content: generated.output.kind === 'text' ? '' : null, refusal: null }, null),
    ...contentDeltas(generated).map((delta) => choice(delta, null, true)),
    choice({}, finishReason(generated)),
    ...(context.includeUsage ? [chunk({ choices: [], usage: usageOf(generated) })] : []),
    { data: '[DONE]', isDelta: false },
  ];
}

function contentDeltas({ output }: Generated): object[] {
  if (output.kind === 'text') {
    const field = output.refused === true ? 'refusal' : 'content';
    return pieces(output.text).map((piece) => ({ [field]: piece }));
  }
  const call = toolCall(output);
  const head = { tool_calls: [{ index: 0, ...call, function: { name: output.name, arguments: '' } }] };
  const parts = call.function.arguments.match(/.{1,12}/gsu) ?? [];
  return [head, ...parts.map((part) => ({ tool_calls: [{ index: 0, function: { arguments: part } }] }))];
}
