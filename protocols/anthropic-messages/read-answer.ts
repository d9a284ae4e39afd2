import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ModelEvent } from '../event.ts';
import type { StreamReader } from '../outbound.ts';
import { failureInStream } from '../failures/failure.ts';
import { type Fields, fieldsOf, objectOf, parseJson } from '../fields.ts';
import { seenIn } from '../finish.ts';
import { readAnthropicError } from './errors.ts';
import { readAnthropicUsage, readStopReason } from './read-usage.ts';

/** The events of a whole message. Throws `invalid_request` where it is malformed. */
export function readAnthropicMessage(body: JsonObject): ModelEvent[] {
  const fields = fieldsOf(body, '');
  const calls = createCallCounter();
  const content = fields.array('content').flatMap((block, i) => readBlock(block, `content[${i}]`, calls));
  const finish = readStopReason(fields.string('stop_reason'), seenIn(content).called);
  if (finish.type === 'error') return [finish];
  return [
    { type: 'start', model: fields.string('model'), relayed: 'anthropic-messages' },
    ...content,
    { type: 'relay', payload: body },
    { type: 'usage', usage: readAnthropicUsage(fields.object('usage')) },
    finish,
  ];
}

/** Numbers those of an answer's blocks that call a caller's tool. */
interface CallCounter {
  begin(block: string): number;
  /** Undefined for a block that is no call of a caller's tool. */
  find(block: string): number | undefined;
  count(): number;
}

function createCallCounter(): CallCounter {
  const numbers = new Map<string, number>();
  return {
    begin(block) {
      const number = numbers.size;
      numbers.set(block, number);
      return number;
    },
    find: (block) => numbers.get(block),
    count: () => numbers.size,
  };
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
    case 'redacted_thinking':
      return [];
    default:
      return []; // blocks of tools that the provider runs: only its own callers know them
  }
}

function callStart(fields: Fields, index: number): Extract<ModelEvent, { type: 'tool_call' }> {
  return {
    type: 'tool_call',
    index,
    id: fields.string('id'),
    name: fields.string('name'),
    argumentsDelta: '',
  };
}

interface StreamState {
  usage: JsonObject;
  finish: ModelEvent | undefined;
  over: boolean;
  readonly calls: CallCounter;
}

/** Reads the events of a streamed message, up to `message_stop`: one that ends earlier was broken. */
export function createAnthropicStreamReader(): StreamReader {
  const state: StreamState = { usage: {}, finish: undefined, over: false, calls: createCallCounter() };
  return {
    read({ data }) {
      if (state.over) return [];
      const payload = objectOf(parseJson(data, 'An event of the stream'), '');
      return readEvent(payload, state);
    },
    end: () => [],
  };
}

function readEvent(payload: JsonObject, state: StreamState): ModelEvent[] {
  const fields = fieldsOf(payload, '');
  const type = fields.string('type');
  switch (type) {
    case 'message_start': {
      const message = fieldsOf(fields.object('message'), 'message');
      state.usage = message.optionalObject('usage') ?? {};
      return [
        { type: 'start', model: message.string('model'), relayed: 'anthropic-messages' },
        relay(payload),
      ];
    }
    case 'ping':
      return [relay(payload, true)];
    case 'content_block_start':
      return [...readBlockStart(fields, state), relay(payload, true)];
    case 'content_block_delta':
      return [...readBlockDelta(fields, state), relay(payload, true)];
    case 'message_delta':
      // Its figures are totals; what it leaves out stays as message_start had it.
      state.usage = { ...state.usage, ...fieldsOf(fields.optionalObject('usage') ?? {}, 'usage').rest() };
      state.finish = readFinish(fields, state) ?? state.finish;
      if (state.finish?.type !== 'error') return [relay(payload)];
      state.over = true;
      return [state.finish];
    case 'message_stop':
      return [relay(payload), ...readStop(state)];
    case 'error':
      state.over = true;
      return [{ type: 'error', failure: failureInStream(readAnthropicError(payload)) }];
    default:
      return [relay(payload)]; // content_block_stop, and events that are newer than this
  }
}

function relay(payload: JsonObject, alive = false): ModelEvent {
  return alive ? { type: 'relay', payload, alive } : { type: 'relay', payload };
}

function readBlockStart(fields: Fields, state: StreamState): ModelEvent[] {
  const block = fieldsOf(fields.object('content_block'), 'content_block');
  switch (block.string('type')) {
    case 'tool_use':
      return [callStart(block, state.calls.begin(indexOf(fields)))];
    case 'text': {
      const text = block.optionalString('text') ?? '';
      return text === '' ? [] : [{ type: 'text', delta: text }];
    }
    default:
      return [];
  }
}

function readBlockDelta(fields: Fields, state: StreamState): ModelEvent[] {
  const delta = fieldsOf(fields.object('delta'), 'delta');
  switch (delta.string('type')) {
    case 'text_delta':
      return [{ type: 'text', delta: delta.string('text') }];
    case 'thinking_delta':
      return [{ type: 'reasoning', delta: delta.string('thinking') }];
    case 'input_json_delta': {
      const index = state.calls.find(indexOf(fields));
      return index === undefined
        ? []
        : [{ type: 'tool_call', index, argumentsDelta: delta.string('partial_json') }];
    }
    default:
      return []; // signatures and citations: only Anthropic's callers know them
  }
}

function indexOf(fields: Fields): string {
  return String(fields.optionalNumber('index') ?? 0);
}

function readFinish(fields: Fields, { calls }: StreamState): ModelEvent | undefined {
  const reason = fieldsOf(fields.optionalObject('delta') ?? {}, 'delta').optionalString('stop_reason');
  return reason === undefined ? undefined : readStopReason(reason, calls.count() > 0);
}

function readStop(state: StreamState): ModelEvent[] {
  if (state.finish === undefined) return [];
  state.over = true;
  return [{ type: 'usage', usage: readAnthropicUsage(state.usage) }, state.finish];
}
