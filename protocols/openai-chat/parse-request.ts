import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Inbound, Message, ModelParameters, Part, ToolCall, ToolChoice } from '../request.ts';
import { imageSourceOf } from '../data-url.ts';
import { defined, fieldError, type Fields, fieldsOf, isJsonObject, objectOf } from '../fields.ts';
import { openaiContentOf } from '../openai/content.ts';
import { refuse, responseFormatOf, stopOf } from '../translation/parameters.ts';
import { chatToolOf } from './tools.ts';

const protocol = 'openai-chat';

const refused = {
  functions: 'Use "tools", which replaced it.',
  function_call: 'Use "tool_choice", which replaced it.',
  audio: 'Sluice serves text answers: leave it out.',
};

/** A body of `POST /v1/chat/completions`. Throws `invalid_request` naming the field at fault. */
export function parseChatRequest(body: JsonObject): Inbound {
  const fields = fieldsOf(body, '');
  const model = fields.string('model');
  refuse(fields, refused);
  const messages = fields.array('messages').map((message, i) => messageOf(message, `messages[${i}]`));
  if (messages.length === 0) throw fieldError('messages', '"messages" must not be empty.');
  const stream = fields.optionalBoolean('stream') ?? false;
  const user = stringOf(body, 'safety_identifier') ?? stringOf(body, 'user');
  const store = typeof body['store'] === 'boolean' ? body['store'] : undefined;
  const sluice = fields.optionalObject('sluice') ?? {};
  const includeUsage = includeUsageOf(fields);
  const request = {
    messages,
    tools: fields.optionalArray('tools')?.map((tool, i) => chatToolOf(tool, `tools[${i}]`)),
    toolChoice: toolChoiceOf(fields.any('tool_choice')),
    stream,
    includeUsage,
    user,
    metadata: isJsonObject(body['metadata']) ? body['metadata'] : undefined,
    parameters: parametersOf(fields),
    raw: { protocol, body } as const,
  };
  return { model, request: defined(request), sluice, ...defined({ user, store }) };
}

function stringOf(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

function includeUsageOf(fields: Fields): boolean {
  const options = fields.optionalObject('stream_options');
  return (
    options !== undefined && fieldsOf(options, 'stream_options').optionalBoolean('include_usage') === true
  );
}

function parametersOf(fields: Fields): ModelParameters {
  const oldSpelling = fields.optionalNumber('max_tokens');
  const n = fields.optionalNumber('n') ?? 1;
  if (n !== 1)
    throw fieldError('n', 'Sluice gives one answer a request.', 'Leave "n" out and send several requests.');
  const modalities = fields.optionalArray('modalities') ?? ['text'];
  if (modalities.includes('audio'))
    throw fieldError('modalities', 'Sluice serves text answers.', 'Ask for ["text"].');
  const canonical = defined({
    temperature: fields.optionalNumber('temperature'),
    topP: fields.optionalNumber('top_p'),
    maxTokens: fields.optionalNumber('max_completion_tokens') ?? oldSpelling,
    maxTokensOldSpelling: oldSpelling === undefined ? undefined : true,
    stop: stopOf(fields.any('stop'), 'stop'),
    responseFormat: responseFormatOf(fields.optionalObject('response_format'), 'response_format'),
    parallelToolCalls: fields.optionalBoolean('parallel_tool_calls'),
    effort: fields.optionalString('reasoning_effort'),
  });
  return { ...canonical, rest: fields.rest() };
}

function toolChoiceOf(value: JsonValue | undefined): ToolChoice | undefined {
  if (value === undefined) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value };
  const fields = fieldsOf(value, 'tool_choice');
  if (fields.string('type') !== 'function') return { kind: 'other', protocol, raw: value };
  return {
    kind: 'function',
    name: fieldsOf(fields.object('function'), 'tool_choice.function').string('name'),
  };
}

function messageOf(value: JsonValue, path: string): Message {
  const fields = fieldsOf(value, path);
  const role = fields.string('role');
  const content = openaiContentOf(partOf, fields.any('content'), fields.pathOf('content'));
  switch (role) {
    case 'system':
    case 'user':
      return { role, content, ...extraOf(fields) };
    case 'developer':
      return { role: 'system', developer: true, content, ...extraOf(fields) };
    case 'assistant':
      return assistantOf(fields, content);
    case 'tool':
      return { role, toolCallId: fields.string('tool_call_id'), content, ...extraOf(fields) };
    default:
      throw fieldError(
        `${path}.role`,
        `"${path}.role" is none of system, developer, user, assistant and tool.`,
      );
  }
}

function assistantOf(fields: Fields, content: Part[]): Message {
  const refusal = fields.optionalString('refusal');
  if (refusal !== undefined) content.push({ type: 'text', text: refusal, refusal: true });
  const calls = fields
    .optionalArray('tool_calls')
    ?.map((call, i) => toolCallOf(call, `${fields.path}.tool_calls[${i}]`));
  return { role: 'assistant', content, ...defined({ toolCalls: calls }), ...extraOf(fields) };
}

function toolCallOf(value: JsonValue, path: string): ToolCall {
  const fields = fieldsOf(value, path);
  const type = fields.optionalString('type') ?? 'function';
  if (type !== 'function') throw fieldError(`${path}.type`, `Sluice knows no tool calls of type "${type}".`);
  const called = fieldsOf(fields.object('function'), `${path}.function`);
  return { id: fields.string('id'), name: called.string('name'), arguments: called.string('arguments') };
}

function partOf(value: JsonValue, path: string): Part {
  const fields = fieldsOf(value, path);
  switch (fields.string('type')) {
    case 'text':
      return { type: 'text', text: fields.string('text'), ...extraOf(fields) };
    case 'refusal':
      return { type: 'text', text: fields.string('refusal'), refusal: true };
    case 'image_url': {
      const image = fieldsOf(fields.object('image_url'), `${path}.image_url`);
      const source = imageSourceOf(image.string('url'));
      return { type: 'image', source, ...extraOf(image) };
    }
    default:
      return { type: 'other', protocol, raw: objectOf(value, path) };
  }
}

function extraOf(fields: Fields): { readonly extra?: Message['extra'] & object } {
  const rest = fields.rest();
  return Object.keys(rest).length === 0 ? {} : { extra: { protocol, fields: rest } };
}
