import type { JsonValue } from '../../domain/json.ts';
import type { ModelEvent, ToolCallEvent } from '../event.ts';
import { defined, fieldError, type Fields, fieldsOf } from '../fields.ts';

/** What a message, or a piece of one, brings. Throws `invalid_request` where it is malformed. */
export function readDelta(fields: Fields): ModelEvent[] {
  const events: ModelEvent[] = [];
  const reasoning = reasoningOf(fields);
  if (reasoning !== undefined && reasoning !== '') events.push({ type: 'reasoning', delta: reasoning });
  const text = fields.optionalString('content');
  if (text !== undefined && text !== '') events.push({ type: 'text', delta: text });
  const refusal = fields.optionalString('refusal');
  if (refusal !== undefined && refusal !== '') events.push({ type: 'refusal', delta: refusal });
  return [...events, ...callsOf(fields).map(readToolCall)];
}

/** No model calls so many tools at once; each costs as much as a chunk of its own. */
const mostCalls = 10_000;

/** The tool calls of a message, or of a piece of one. Throws `invalid_request` where they are too many. */
export function callsOf(fields: Fields): readonly JsonValue[] {
  const calls = fields.optionalArray('tool_calls') ?? [];
  if (calls.length <= mostCalls) return calls;
  throw fieldError(fields.pathOf('tool_calls'), `There are more than ${mostCalls} tool calls at once.`);
}

/** Some servers (OpenRouter, vLLM) call it `reasoning`; others have an object of that name, which says nothing. */
export function reasoningOf(fields: Fields): string | undefined {
  const known = fields.optionalString('reasoning_content');
  if (known !== undefined) return known;
  const value = fields.any('reasoning');
  return typeof value === 'string' ? value : undefined;
}

/** A tool call, or a piece of one. Throws `invalid_request` where it is malformed. */
export function readToolCall(value: JsonValue, position: number): ToolCallEvent {
  const fields = fieldsOf(value, `tool_calls[${position}]`);
  const called = fieldsOf(fields.optionalObject('function') ?? {}, `${fields.path}.function`);
  return {
    type: 'tool_call',
    index: fields.optionalNumber('index') ?? position,
    ...defined({ id: fields.optionalString('id'), name: called.optionalString('name') }),
    argumentsDelta: called.optionalString('arguments') ?? '',
  };
}
