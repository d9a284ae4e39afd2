import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Generated } from '../models/generate.ts';
import type { PromptMessage } from '../models/prompt.ts';
import {
  type AnswerContext,
  pieces,
  type SimulatedProtocol,
  type SimulatedRefusal,
  type StreamEvent,
} from './protocol.ts';

const block = z.looseObject({ type: z.string(), text: z.string().optional() });
const text = z
  .union([z.string(), z.array(block)])
  .transform((value) =>
    typeof value === 'string' ? value : value.map((part) => part.text ?? '').join('\n'),
  );
const body = z.looseObject({
  model: z.string(),
  max_tokens: z.number().int().min(1),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: text })).min(1),
  system: text.optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
  tools: z.array(z.looseObject({ name: z.string(), input_schema: z.unknown() })).optional(),
  tool_choice: z
    .looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']), name: z.string().optional() })
    .optional(),
});
type Body = z.infer<typeof body>;

/** Anthropic `POST /v1/messages`. */
export const messages: SimulatedProtocol = {
  vendor: 'anthropic',
  requestIdHeader: 'request-id',
  apiKeyOf: (headers) => {
    const key = headers['x-api-key'] ?? /^Bearer\s+(\S+)$/iu.exec(headers.authorization ?? '')?.[1];
    return Array.isArray(key) ? key[0] : key;
  },
  newId: () => `msg_${randomBytes(12).toString('hex')}`,
  parse(raw) {
    const read = body.parse(raw);
    const forced = forcedTool(read);
    const told: PromptMessage[] = read.system === undefined ? [] : [{ role: 'system', text: read.system }];
    return {
      model: read.model,
      stream: read.stream === true,
      includeUsage: true,
      request: {
        messages: [...told, ...read.messages.map(({ role, content }) => ({ role, text: content }))],
        temperature: read.temperature ?? 0,
        maxTokens: read.max_tokens,
        format: { kind: 'text' },
        ...(forced === undefined ? {} : { forcedTool: forced }),
      },
    };
  },
  answer: (generated, context) => ({
    ...envelope(context),
    content: blockOf(generated),
    stop_reason: stopReason(generated),
    usage: usageOf(generated, generated.outputTokens),
  }),
  events: messageEvents,
  errorBody: anthropicError,
};

function forcedTool({
  tools = [],
  tool_choice: choice,
}: Body): { readonly name: string; readonly schema: unknown } | undefined {
  const found = tools.find(
    ({ name }) => choice?.type === 'any' || (choice?.type === 'tool' && name === choice.name),
  );
  return found && { name: found.name, schema: found.input_schema };
}

const envelope = ({ id, model }: AnswerContext) => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
});

const usageOf = ({ inputTokens }: Generated, outputTokens: number) => ({
  input_tokens: inputTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: outputTokens,
  service_tier: 'standard',
});

function stopReason({ output }: Generated): string {
  if (output.kind === 'tool') return 'tool_use';
  if (output.refused === true) return 'refusal';
  return output.truncated ? 'max_tokens' : 'end_turn';
}

function blockOf({ output }: Generated): object[] {
  if (output.kind === 'tool')
    return [{ type: 'tool_use', id: toolId(), name: output.name, input: output.input }];
  return output.text === '' ? [] : [{ type: 'text', text: output.text }];
}

const toolId = (): string => `toolu_${randomBytes(12).toString('hex')}`;

function messageEvents(generated: Generated, context: AnswerContext): StreamEvent[] {
  const event = (type: string, fields: object): StreamEvent => ({
    event: type,
    data: JSON.stringify({ type, ...fields }),
    isDelta: type === 'content_block_delta',
  });
  return [
    event('message_start', { message: { ...envelope(context), usage: usageOf(generated, 1) } }),
    ...blockEvents(generated).map(([type, fields]) => event(type, fields)),
    event('message_delta', {
      delta: { stop_reason: stopReason(generated), stop_sequence: null },
      usage: { output_tokens: generated.outputTokens },
    }),
    event('message_stop', {}),
  ];
}

function blockEvents({ output }: Generated): [string, object][] {
  if (output.kind === 'text' && output.text === '') return [['ping', {}]];
  const start =
    output.kind === 'text'
      ? { type: 'text', text: '' }
      : { type: 'tool_use', id: toolId(), name: output.name, input: {} };
  const deltas =
    output.kind === 'text'
      ? pieces(output.text).map((piece) => ({ type: 'text_delta', text: piece }))
      : ((output.written ?? JSON.stringify(output.input)).match(/.{1,12}/gsu) ?? []).map((part) => ({
          type: 'input_json_delta',
          partial_json: part,
        }));
  return [
    ['content_block_start', { index: 0, content_block: start }],
    ['ping', {}],
    ...deltas.map((delta): [string, object] => ['content_block_delta', { index: 0, delta }]),
    ['content_block_stop', { index: 0 }],
  ];
}

function anthropicError({ status, kind, message }: SimulatedRefusal, requestId: string): object {
  const types = {
    invalid_request: 'invalid_request_error',
    unauthorized: 'authentication_error',
    model_not_found: 'not_found_error',
    rate_limit: 'rate_limit_error',
    server_error: status === 529 ? 'overloaded_error' : 'api_error',
  };
  return { type: 'error', error: { type: types[kind], message }, request_id: requestId };
}
