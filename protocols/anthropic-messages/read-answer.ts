import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ModelEvent, ToolCallEvent } from '../event.ts';
import type { StreamReader } from '../outbound.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { type CallCounter, createCallCounter, indexOf } from './calls.ts';

/** What a whole message brings, as events. */
export function readAnthropicMessage(body: JsonObject): ModelEvent[] {
  const fields = fieldsOf(body, '');
  const calls = createCallCounter();
  const content = fields.array('content').flatMap((block, i) => readBlock(block, `content[${i}]`, calls));
  return [{ type: 'start', model: fields.string('model') }, ...content];
}

function readBlock(value: JsonValue, path: string, calls: CallCounter): ModelEvent[] {
  const fields = fieldsOf(value, path);
  switch (fields.string('type')) {
    case 'text':
      return [{ type: 'text', delta: fields.string('text') }];
    case 'thinking':
      return [{ type: 'reasoning', delta: fields.string('thinking') }];
    case 'tool_use':
      return [
        {
          ...callStart(fields, calls.begin(path)),
          argumentsDelta: JSON.stringify(fields.optionalObject('input') ?? {}),
        },
      ];
    default:
      return []; // hidden thinking, and tools that the provider runs: only its own callers know them
  }
}

function callStart(fields: Fields, index: number): ToolCallEvent {
  return {
    type: 'tool_call',
    index,
    id: fields.string('id'),
    name: fields.string('name'),
    argumentsDelta: '',
  };
}

/** Reads what the events of a streamed message bring. */
export function createAnthropicStreamReader(): StreamReader {
  const calls = createCallCounter();
  return {
    read(payload) {
      const fields = fieldsOf(payload, '');
      switch (fields.string('type')) {
        case 'message_start':
          return [{ type: 'start', model: fieldsOf(fields.object('message'), 'message').string('model') }];
        case 'content_block_start':
          return readBlockStart(fields, calls);
        case 'content_block_delta':
          return readBlockDelta(fields, calls);
        default:
          return [];
      }
    },
  };
}

function readBlockStart(fields: Fields, calls: CallCounter): ModelEvent[] {
  const block = fieldsOf(fields.object('content_block'), 'content_block');
  switch (block.string('type')) {
    case 'tool_use':
      return [callStart(block, calls.begin(indexOf(fields)))];
    case 'text': {
      const text = block.optionalString('text') ?? '';
      return text === '' ? [] : [{ type: 'text', delta: text }];
    }
    default:
      return [];
  }
}

function readBlockDelta(fields: Fields, calls: CallCounter): ModelEvent[] {
  const delta = fieldsOf(fields.object('delta'), 'delta');
  switch (delta.string('type')) {
    case 'text_delta':
      return [{ type: 'text', delta: delta.string('text') }];
    case 'thinking_delta':
      return [{ type: 'reasoning', delta: delta.string('thinking') }];
    case 'input_json_delta': {
      const index = calls.find(indexOf(fields));
      return index === undefined
        ? []
        : [{ type: 'tool_call', index, argumentsDelta: delta.string('partial_json') }];
    }
    default:
      return []; // signatures and citations: only Anthropic's callers know them
  }
}
