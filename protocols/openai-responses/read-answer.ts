import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { FinishReason, ModelEvent, Usage } from '../event.ts';
import type { StreamReader } from '../outbound.ts';
import { failureInStream } from '../failures/failure.ts';
import { defined, type Fields, fieldsOf, objectOf, parseJson } from '../fields.ts';
import { finishOf, seenIn, type SeenAnswer } from '../finish.ts';
import { readOpenAiError } from '../openai/error.ts';

const protocol = 'openai-responses';

/** The events of a whole response. Throws `invalid_request` where it is malformed. */
export function readResponse(body: JsonObject): ModelEvent[] {
  const fields = fieldsOf(body, '');
  const status = fields.string('status');
  if (status === 'failed') return [{ type: 'error', failure: failureInStream(readOpenAiError(body)) }];
  const items = fields.array('output').map((item, i) => fieldsOf(item, `output[${i}]`));
  let calls = 0;
  const content = items.flatMap((item) => readItem(item, () => calls++));
  const hasOwnContent = items.some((item) => isOwnContent(item.string('type')));
  const end = readEnd(fields, status, seenIn(content));
  if (end.at(-1)?.type === 'error') return end;
  return [
    { type: 'start', model: fields.string('model'), relayed: protocol },
    ...content,
    { type: 'relay', payload: body, ...(hasOwnContent ? { content: true } : {}) },
    ...end,
  ];
}

/** Items that tell no other protocol anything: searches, images, custom tools. */
function isOwnContent(itemType: string): boolean {
  return !['message', 'reasoning', 'function_call'].includes(itemType);
}

function readItem(item: Fields, nextCall: () => number): ModelEvent[] {
  switch (item.string('type')) {
    case 'message':
      return item
        .array('content')
        .flatMap((part, i) => readPart(fieldsOf(part, `${item.path}.content[${i}]`)));
    case 'reasoning': {
      const parts = [...(item.optionalArray('summary') ?? []), ...(item.optionalArray('content') ?? [])];
      return parts.map((part) => ({
        type: 'reasoning',
        delta: fieldsOf(part, item.path).optionalString('text') ?? '',
      }));
    }
    case 'function_call':
      return [{ ...readCall(item, nextCall()), argumentsDelta: item.string('arguments') }];
    default:
      return [];
  }
}

function readPart(part: Fields): ModelEvent[] {
  switch (part.string('type')) {
    case 'output_text':
      return [{ type: 'text', delta: part.string('text') }];
    case 'refusal':
      return [{ type: 'refusal', delta: part.string('refusal') }];
    default:
      return [];
  }
}

function readCall(item: Fields, index: number): Extract<ModelEvent, { type: 'tool_call' }> {
  return {
    type: 'tool_call',
    index,
    id: item.string('call_id'),
    name: item.string('name'),
    argumentsDelta: '',
  };
}

/** Why a response is over, by its status or, of an incomplete one, by what cut it off. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  completed: 'stop',
  max_output_tokens: 'length',
  max_tokens: 'length',
  content_filter: 'content_filter',
};

/** Usage and finish of a response that is over; one that ended in no way that a model ends is a failure. */
function readEnd(response: Fields, status: string, seen: SeenAnswer): ModelEvent[] {
  const usage = response.optionalObject('usage');
  const details = fieldsOf(response.optionalObject('incomplete_details') ?? {}, 'incomplete_details');
  const cutOff = details.optionalString('reason');
  const isOver = status === 'completed' || status === 'incomplete';
  const said = isOver ? (cutOff ?? status) : 'incomplete';
  return [
    ...(usage === undefined ? [] : [{ type: 'usage', usage: readUsage(usage) } as const]),
    finishOf(said, finishReasons, seen),
  ];
}

function readUsage(usage: JsonObject): Usage {
  const fields = fieldsOf(usage, 'usage');
  const input = fieldsOf(fields.optionalObject('input_tokens_details') ?? {}, 'usage.input_tokens_details');
  const output = fieldsOf(
    fields.optionalObject('output_tokens_details') ?? {},
    'usage.output_tokens_details',
  );
  return {
    inputTokens: fields.optionalNumber('input_tokens') ?? 0,
    outputTokens: fields.optionalNumber('output_tokens') ?? 0,
    ...defined({
      cachedInputTokens: input.optionalNumber('cached_tokens'),
      reasoningTokens: output.optionalNumber('reasoning_tokens'),
    }),
  };
}

interface StreamState {
  over: boolean;
  refused: boolean;
  /** The number among the calls of the item at an output index. */
  readonly calls: Map<number, number>;
}

/** Reads the events of a streamed response, up to `response.completed`: one that ends earlier was broken. */
export function createResponsesStreamReader(): StreamReader {
  const state: StreamState = { over: false, refused: false, calls: new Map() };
  return {
    read({ data }) {
      if (state.over || data === '[DONE]') return [];
      return readEvent(objectOf(parseJson(data, 'An event of the stream'), ''), state);
    },
    end: () => [],
  };
}

/** What comes before a model is at work. */
const receipts: readonly string[] = ['response.created', 'response.queued', 'response.in_progress'];

function readEvent(payload: JsonObject, state: StreamState): ModelEvent[] {
  const fields = fieldsOf(payload, '');
  const type = fields.string('type');
  const relay: ModelEvent = receipts.includes(type)
    ? { type: 'relay', payload }
    : { type: 'relay', payload, alive: true };
  switch (type) {
    case 'response.created': {
      const response = fieldsOf(fields.object('response'), 'response');
      return [{ type: 'start', model: response.optionalString('model') ?? '', relayed: protocol }, relay];
    }
    case 'response.completed':
    case 'response.incomplete': {
      state.over = true;
      const seen = { called: state.calls.size > 0, refused: state.refused };
      const status = type === 'response.completed' ? 'completed' : 'incomplete';
      const end = readEnd(fieldsOf(fields.object('response'), 'response'), status, seen);
      return end.at(-1)?.type === 'error' ? end : [relay, ...end];
    }
    case 'response.cancelled':
      state.over = true;
      return [finishOf('cancelled', finishReasons, { called: false, refused: false })];
    case 'response.failed':
      state.over = true;
      return [{ type: 'error', failure: failureInStream(readOpenAiError(fields.object('response'))) }];
    case 'error':
      state.over = true;
      return [{ type: 'error', failure: failureInStream(readOpenAiError({ error: errorOf(payload) })) }];
    default:
      return readContentEvent(type, fields, relay, state);
  }
}

/** OpenAI documents the error flat, and has been seen to nest it. */
function errorOf(payload: JsonObject): JsonValue {
  const { type: _type, ...flat } = payload;
  return payload['error'] ?? flat;
}

function readContentEvent(type: string, fields: Fields, relay: ModelEvent, state: StreamState): ModelEvent[] {
  switch (type) {
    case 'response.output_text.delta':
      return [{ type: 'text', delta: fields.string('delta') }, relay];
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return [{ type: 'reasoning', delta: fields.string('delta') }, relay];
    case 'response.refusal.delta':
      state.refused = true;
      return [{ type: 'refusal', delta: fields.string('delta') }, relay];
    case 'response.function_call_arguments.delta': {
      const index = state.calls.get(fields.optionalNumber('output_index') ?? 0);
      if (index === undefined) return [relay];
      return [{ type: 'tool_call', index, argumentsDelta: fields.string('delta') }, relay];
    }
    case 'response.output_item.added':
      return readItemStart(fields, relay, state);
    default:
      return [relay];
  }
}

function readItemStart(fields: Fields, relay: ModelEvent, state: StreamState): ModelEvent[] {
  const item = fieldsOf(fields.object('item'), 'item');
  const type = item.string('type');
  if (type === 'function_call') {
    const index = state.calls.size;
    state.calls.set(fields.optionalNumber('output_index') ?? 0, index);
    return [readCall(item, index), relay];
  }
  return isOwnContent(type) && relay.type === 'relay' ? [{ ...relay, content: true }] : [relay];
}
