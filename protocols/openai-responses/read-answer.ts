import type { JsonObject } from '../../domain/json.ts';
import type { ModelEvent, ToolCallEvent } from '../event.ts';
import type { StreamReader } from '../outbound.ts';
import { type Fields, fieldsOf } from '../fields.ts';

/** What a whole response brings, as events. */
export function readResponse(body: JsonObject): ModelEvent[] {
  const fields = fieldsOf(body, '');
  let calls = 0;
  const content = fields
    .array('output')
    .flatMap((item, i) => readItem(fieldsOf(item, `output[${i}]`), () => calls++));
  return [{ type: 'start', model: fields.string('model') }, ...content];
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

function readCall(item: Fields, index: number): ToolCallEvent {
  return {
    type: 'tool_call',
    index,
    id: item.string('call_id'),
    name: item.string('name'),
    argumentsDelta: '',
  };
}

/** The number among the calls of the item at an output index. */
type Calls = Map<number, number>;

/** Reads what the events of a streamed response bring. */
export function createResponsesStreamReader(): StreamReader {
  const calls: Calls = new Map();
  return { read: (payload) => readEvent(fieldsOf(payload, ''), calls) };
}

function readEvent(fields: Fields, calls: Calls): ModelEvent[] {
  switch (fields.string('type')) {
    case 'response.created': {
      const response = fieldsOf(fields.object('response'), 'response');
      return [{ type: 'start', model: response.optionalString('model') ?? '' }];
    }
    case 'response.output_text.delta':
      return [{ type: 'text', delta: fields.string('delta') }];
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return [{ type: 'reasoning', delta: fields.string('delta') }];
    case 'response.refusal.delta':
      return [{ type: 'refusal', delta: fields.string('delta') }];
    case 'response.function_call_arguments.delta': {
      const index = calls.get(fields.optionalNumber('output_index') ?? 0);
      return index === undefined
        ? []
        : [{ type: 'tool_call', index, argumentsDelta: fields.string('delta') }];
    }
    case 'response.output_item.added':
      return readItemStart(fields, calls);
    default:
      return [];
  }
}

function readItemStart(fields: Fields, calls: Calls): ModelEvent[] {
  const item = fieldsOf(fields.object('item'), 'item');
  if (item.string('type') !== 'function_call') return [];
  const index = calls.size;
  calls.set(fields.optionalNumber('output_index') ?? 0, index);
  return [readCall(item, index)];
}
