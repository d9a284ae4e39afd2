import { createHash } from 'node:crypto';
import type { Generated } from '../models/generate.ts';
import { type AnswerContext, pieces, type StreamEvent } from './protocol.ts';

type Status = 'in_progress' | 'completed';
type Fields = Readonly<Record<string, unknown>>;

/** The whole `response` object of OpenAI's Responses API. */
export function responseObject(generated: Generated, context: AnswerContext): Fields {
  const truncated = generated.output.kind === 'text' && generated.output.truncated;
  return {
    ...envelope(context, truncated ? 'incomplete' : 'completed'),
    incomplete_details: truncated ? { reason: 'max_output_tokens' } : null,
    output: hasContent(generated) ? [outputItem(generated, context, 'completed')] : [],
    usage: {
      input_tokens: generated.inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: generated.outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: generated.inputTokens + generated.outputTokens,
    },
  };
}

/** The events of a streamed response, numbered by `sequence_number` from 0. */
export function responseEvents(generated: Generated, context: AnswerContext): StreamEvent[] {
  const started = envelope(context, 'in_progress');
  const whole = responseObject(generated, context);
  const events: (Fields & { readonly type: string })[] = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    ...(hasContent(generated) ? itemEvents(generated, context) : []),
    { type: `response.${String(whole['status'])}`, response: whole },
  ];
  return events.map((fields, number) => ({
    event: fields.type,
    data: JSON.stringify({ ...fields, sequence_number: number }),
    isDelta: fields.type.endsWith('.delta'),
  }));
}

function itemEvents(generated: Generated, context: AnswerContext): (Fields & { readonly type: string })[] {
  const at = { item_id: itemId(generated, context), output_index: 0 };
  const content =
    generated.output.kind === 'text' ? messageEvents(generated.output, at) : callEvents(generated, at);
  return [
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: outputItem(generated, context, 'in_progress'),
    },
    ...content,
    { type: 'response.output_item.done', output_index: 0, item: outputItem(generated, context, 'completed') },
  ];
}

function messageEvents(
  { text, refused }: Extract<Generated['output'], { readonly kind: 'text' }>,
  at: Fields,
): (Fields & { readonly type: string })[] {
  if (refused !== true) return textEvents(text, at);
  const part = { ...at, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...part, part: refusal('') },
    ...pieces(text).map((delta) => ({ type: 'response.refusal.delta', ...part, delta })),
    { type: 'response.refusal.done', ...part, refusal: text },
    { type: 'response.content_part.done', ...part, part: refusal(text) },
  ];
}

function textEvents(text: string, at: Fields): (Fields & { readonly type: string })[] {
  const part = { ...at, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...part, part: outputText('') },
    ...pieces(text).map((delta) => ({ type: 'response.output_text.delta', ...part, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...part, text, logprobs: [] },
    { type: 'response.content_part.done', ...part, part: outputText(text) },
  ];
}

function callEvents({ output }: Generated, at: Fields): (Fields & { readonly type: string })[] {
  const text = output.kind === 'tool' ? (output.written ?? JSON.stringify(output.input)) : '';
  return [
    ...(text.match(/.{1,12}/gsu) ?? []).map((delta) => ({
      type: 'response.function_call_arguments.delta',
      ...at,
      delta,
    })),
    { type: 'response.function_call_arguments.done', ...at, arguments: text },
  ];
}

function envelope(context: AnswerContext, status: Status | 'incomplete'): Fields {
  return {
    id: context.id,
    object: 'response',
    created_at: context.createdAt,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: context.model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    temperature: 0,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: null,
  };
}

function outputItem(generated: Generated, context: AnswerContext, status: Status): Fields {
  const id = itemId(generated, context);
  const { output } = generated;
  if (output.kind === 'text') {
    const part = output.refused === true ? refusal(output.text) : outputText(output.text);
    const content = status === 'in_progress' ? [] : [part];
    return {
      id,
      type: 'message',
      status: output.truncated && status === 'completed' ? 'incomplete' : status,
      role: 'assistant',
      content,
    };
  }
  const written = status === 'in_progress' ? '' : (output.written ?? JSON.stringify(output.input));
  return {
    id,
    type: 'function_call',
    status,
    call_id: `call_${suffix(context)}`,
    name: output.name,
    arguments: written,
  };
}

const outputText = (text: string): Fields => ({ type: 'output_text', text, annotations: [], logprobs: [] });

const refusal = (text: string): Fields => ({ type: 'refusal', refusal: text });

const hasContent = ({ output }: Generated): boolean => output.kind === 'tool' || output.text !== '';

const suffix = ({ id }: AnswerContext): string => createHash('sha256').update(id).digest('hex').slice(0, 24);

const itemId = ({ output }: Generated, context: AnswerContext): string =>
  `${output.kind === 'text' ? 'msg' : 'fc'}_${suffix(context)}`;
