import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { AnswerEnd } from '../event.ts';
import { failureInStream } from '../failures/failure.ts';
import { type Fields, fieldsOf, objectOf, parseJson } from '../fields.ts';
import { saysNothing, type Scan, type Scanned, type StreamScanner } from '../scan.ts';
import { type CallCounter, createCallCounter, indexOf } from './calls.ts';
import { readAnthropicError } from './errors.ts';
import { readAnthropicUsage, readStopReason } from './read-usage.ts';

/** What a whole message says. Throws `invalid_request` where it is malformed. */
export function scanAnthropicMessage(body: JsonObject): Scan {
  const fields = fieldsOf(body, '');
  const blocks = fields.array('content').map((block, i) => scanBlock(block, `content[${i}]`));
  const called = blocks.includes('call');
  fields.string('model');
  const end = readStopReason(fields.string('stop_reason'), called);
  const usage = readAnthropicUsage(fields.object('usage'));
  return { content: called || blocks.includes('content'), alive: false, usage, end };
}

function scanBlock(value: JsonValue, path: string): 'call' | 'content' | 'nothing' {
  const fields = fieldsOf(value, path);
  switch (fields.string('type')) {
    case 'text':
      return fields.string('text') === '' ? 'nothing' : 'content';
    case 'thinking':
      return fields.string('thinking') === '' ? 'nothing' : 'content';
    case 'tool_use':
      assertCall(fields);
      fields.optionalObject('input');
      return 'call';
    default:
      return 'nothing';
  }
}

/** Throws where a call lacks what every call has. */
function assertCall(block: Fields): void {
  block.string('id');
  block.string('name');
}

interface StreamState {
  usage: JsonObject;
  finish: AnswerEnd | undefined;
  over: boolean;
  readonly calls: CallCounter;
}

/** Scans the events of a streamed message, up to `message_stop`: one that ends earlier was broken. */
export function createAnthropicStreamScanner(): StreamScanner {
  const state: StreamState = { usage: {}, finish: undefined, over: false, calls: createCallCounter() };
  return {
    scan({ data }) {
      if (state.over) return saysNothing;
      const payload = objectOf(parseJson(data, 'An event of the stream'), '');
      return scanEvent(payload, state);
    },
    end: () => saysNothing,
  };
}

function scanEvent(payload: JsonObject, state: StreamState): Scanned {
  const fields = fieldsOf(payload, '');
  switch (fields.string('type')) {
    case 'message_start': {
      const message = fieldsOf(fields.object('message'), 'message');
      message.string('model');
      state.usage = message.optionalObject('usage') ?? {};
      return { ...saysNothing, payload };
    }
    case 'ping':
      return { content: false, alive: true, payload };
    case 'content_block_start':
      return { content: scanBlockStart(fields, state), alive: true, payload };
    case 'content_block_delta':
      return { content: scanBlockDelta(fields, state), alive: true, payload };
    case 'message_delta':
      // Its figures are totals; what it leaves out stays as message_start had it.
      state.usage = { ...state.usage, ...fieldsOf(fields.optionalObject('usage') ?? {}, 'usage').rest() };
      state.finish = finishIn(fields, state) ?? state.finish;
      return state.finish?.type === 'error' ? endOf(state, state.finish) : { ...saysNothing, payload };
    case 'message_stop':
      if (state.finish === undefined) return { ...saysNothing, payload };
      return { ...endOf(state, state.finish), usage: readAnthropicUsage(state.usage), payload };
    case 'error':
      return endOf(state, { type: 'error', failure: failureInStream(readAnthropicError(payload)) });
    default:
      return { ...saysNothing, payload }; // content_block_stop, and events that are newer than this
  }
}

function endOf(state: StreamState, end: AnswerEnd): Scan {
  state.over = true;
  return { ...saysNothing, end };
}

function scanBlockStart(fields: Fields, { calls }: StreamState): boolean {
  const block = fieldsOf(fields.object('content_block'), 'content_block');
  switch (block.string('type')) {
    case 'tool_use':
      assertCall(block);
      calls.begin(indexOf(fields));
      return true;
    case 'text':
      return (block.optionalString('text') ?? '') !== '';
    default:
      return false;
  }
}

function scanBlockDelta(fields: Fields, { calls }: StreamState): boolean {
  const delta = fieldsOf(fields.object('delta'), 'delta');
  switch (delta.string('type')) {
    case 'text_delta':
      return delta.string('text') !== '';
    case 'thinking_delta':
      return delta.string('thinking') !== '';
    case 'input_json_delta':
      if (calls.find(indexOf(fields)) === undefined) return false;
      delta.string('partial_json');
      return true;
    default:
      return false; // signatures and citations: only Anthropic's callers know them
  }
}

function finishIn(fields: Fields, { calls }: StreamState): AnswerEnd | undefined {
  const reason = fieldsOf(fields.optionalObject('delta') ?? {}, 'delta').optionalString('stop_reason');
  return reason === undefined ? undefined : readStopReason(reason, calls.count() > 0);
}
