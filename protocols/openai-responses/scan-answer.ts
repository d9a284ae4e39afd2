import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import type { AnswerEnd, FinishReason } from '../event.ts';
import { failureInStream } from '../failures/failure.ts';
import { type Fields, fieldsOf, objectOf, parseJson } from '../fields.ts';
import { finishOf, type SeenAnswer } from '../finish.ts';
import { readOpenAiError } from '../openai/error.ts';
import { readOpenAiUsage, usageNames } from '../openai/usage.ts';
import { saysNothing, type Scan, type Scanned, type StreamScanner } from '../scan.ts';
import { isOwnContent, scanItems } from './scan-items.ts';

const names = usageNames('input', 'output');

/** What a whole response says. Throws `invalid_request` where it is malformed. */
export function scanResponse(body: JsonObject): Scan {
  const fields = fieldsOf(body, '');
  const status = fields.string('status');
  if (status === 'failed') return failed(readOpenAiError(body));
  const { content, own, ...seen } = scanItems(fields.array('output'));
  const scan = { content, own, alive: false, ...scanEnd(fields, status, seen) };
  if (scan.end.type === 'finish') fields.string('model');
  return scan;
}

function failed(error: Parameters<typeof failureInStream>[0]): Scan {
  return { ...saysNothing, end: { type: 'error', failure: failureInStream(error) } };
}

/** Why a response is over, by its status or, of an incomplete one, by what cut it off. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  completed: 'stop',
  max_output_tokens: 'length',
  max_tokens: 'length',
  content_filter: 'content_filter',
};

/** Usage and end of a response that is over; one that ended in no way that a model ends is a failure. */
function scanEnd(
  response: Fields,
  status: string,
  seen: SeenAnswer,
): { readonly usage: Usage | undefined; readonly end: AnswerEnd } {
  const usage = response.optionalObject('usage');
  const details = fieldsOf(response.optionalObject('incomplete_details') ?? {}, 'incomplete_details');
  const cutOff = details.optionalString('reason');
  const isOver = status === 'completed' || status === 'incomplete';
  const said = isOver ? (cutOff ?? status) : 'incomplete';
  return {
    usage: usage === undefined ? undefined : readOpenAiUsage(usage, names),
    end: finishOf(said, finishReasons, seen),
  };
}

interface StreamState {
  over: boolean;
  refused: boolean;
  /** Output indices of the items that call a caller's tool. */
  readonly calls: Set<number>;
}

/** Scans the events of a streamed response, up to `response.completed`: one that ends earlier was broken. */
export function createResponsesStreamScanner(): StreamScanner {
  const state: StreamState = { over: false, refused: false, calls: new Set() };
  return {
    scan({ data }) {
      if (state.over || data === '[DONE]') return saysNothing;
      const scanned = scanEvent(objectOf(parseJson(data, 'An event of the stream'), ''), state);
      state.over = scanned.end !== undefined;
      return scanned;
    },
    end: () => saysNothing,
  };
}

/** What comes before a model is at work. */
const receipts: readonly string[] = ['response.queued', 'response.in_progress'];

function scanEvent(payload: JsonObject, state: StreamState): Scanned {
  const fields = fieldsOf(payload, '');
  const type = fields.string('type');
  switch (type) {
    case 'response.created':
      fieldsOf(fields.object('response'), 'response').optionalString('model');
      return { ...saysNothing, payload };
    case 'response.completed':
    case 'response.incomplete': {
      const seen = { called: state.calls.size > 0, refused: state.refused };
      const status = type === 'response.completed' ? 'completed' : 'incomplete';
      const end = scanEnd(fieldsOf(fields.object('response'), 'response'), status, seen);
      return { ...saysNothing, ...end, payload };
    }
    case 'response.cancelled':
      return { ...saysNothing, end: finishOf('cancelled', finishReasons, { called: false, refused: false }) };
    case 'response.failed':
      return failed(readOpenAiError(fields.object('response')));
    case 'error':
      return failed(readOpenAiError({ error: errorOf(payload) }));
    default:
      return {
        content: scanContent(type, fields, state),
        own: startsOwnContent(type, fields),
        alive: !receipts.includes(type),
        payload,
      };
  }
}

/** OpenAI documents the error flat, and has been seen to nest it. */
function errorOf(payload: JsonObject): JsonValue {
  const { type: _type, ...flat } = payload;
  return payload['error'] ?? flat;
}

function scanContent(type: string, fields: Fields, state: StreamState): boolean {
  switch (type) {
    case 'response.output_text.delta':
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return fields.string('delta') !== '';
    case 'response.refusal.delta':
      state.refused = true;
      return fields.string('delta') !== '';
    case 'response.function_call_arguments.delta':
      if (!state.calls.has(fields.optionalNumber('output_index') ?? 0)) return false;
      fields.string('delta');
      return true;
    case 'response.output_item.added':
      return scanItemStart(fields, state);
    default:
      return false;
  }
}

function startsOwnContent(type: string, fields: Fields): boolean {
  return (
    type === 'response.output_item.added' &&
    isOwnContent(fieldsOf(fields.object('item'), 'item').string('type'))
  );
}

function scanItemStart(fields: Fields, state: StreamState): boolean {
  const item = fieldsOf(fields.object('item'), 'item');
  const type = item.string('type');
  if (type !== 'function_call') return isOwnContent(type);
  item.string('call_id');
  item.string('name');
  state.calls.add(fields.optionalNumber('output_index') ?? 0);
  return true;
}
