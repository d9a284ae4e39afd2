import type { JsonValue } from '../../domain/json.ts';
import type { Message, OtherPart, Part, ToolCall } from '../request.ts';
import { imageSourceOf } from '../data-url.ts';
import { fieldError, fieldsOf, isJsonArray, objectOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { openaiContentOf } from '../openai-content.ts';

const protocol = 'openai-responses';

/** The items of a Responses `input`, which is a text or an array. Throws `invalid_request`. */
export function messagesOfInput(input: JsonValue | undefined): Message[] {
  if (input === undefined) return [];
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }] }];
  if (!isJsonArray(input)) throw fieldError('input', '"input" must be a string or an array of items.');
  return input.map((item, i) => messageOfItem(item, `input[${i}]`)).reduce(joinAssistant, []);
}

/** An assistant's reasoning, text and tool calls are items of their own here, and one message elsewhere. */
function joinAssistant(messages: Message[], next: Message): Message[] {
  const last = messages.at(-1);
  const hasText = (message: Message): boolean => message.content.some((part) => part.type === 'text');
  const joins =
    last?.role === 'assistant' &&
    next.role === 'assistant' &&
    (last.toolCalls === undefined || next.content.length === 0) &&
    !(hasText(last) && next.content.length > 0);
  if (!joins) return [...messages, next];
  const toolCalls = [...(last.toolCalls ?? []), ...(next.toolCalls ?? [])];
  const extra = next.extra ?? last.extra;
  const joined: Message = {
    role: 'assistant',
    content: [...last.content, ...next.content],
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(extra === undefined ? {} : { extra }),
  };
  return [...messages.slice(0, -1), joined];
}

function messageOfItem(item: JsonValue, path: string): Message {
  const fields = fieldsOf(item, path);
  switch (fields.optionalString('type') ?? 'message') {
    case 'message':
      return messageOf(fields);
    case 'function_call':
      return { role: 'assistant', content: [], toolCalls: [toolCallOf(fields)] };
    case 'function_call_output':
      return {
        role: 'tool',
        toolCallId: fields.string('call_id'),
        content: openaiContentOf(partOf, fields.any('output'), `${path}.output`),
        ...extraOf(fields),
      };
    case 'item_reference':
      throw fieldError(
        path,
        `"${path}" refers to an item that a provider keeps, which Sluice does not serve.`,
        'Send the item itself.',
      );
    default: {
      const other: OtherPart = { type: 'other', protocol, raw: objectOf(item, path) };
      return { role: 'assistant', content: [other] };
    }
  }
}

function messageOf(fields: Fields): Message {
  const role = fields.string('role');
  const content = openaiContentOf(partOf, fields.any('content'), fields.pathOf('content'));
  switch (role) {
    case 'system':
    case 'user':
    case 'assistant':
      return { role, content, ...extraOf(fields) };
    case 'developer':
      return { role: 'system', developer: true, content, ...extraOf(fields) };
    default:
      throw fieldError(
        fields.pathOf('role'),
        `"${fields.pathOf('role')}" is none of system, developer, user, assistant.`,
      );
  }
}

function toolCallOf(fields: Fields): ToolCall {
  const call = {
    id: fields.string('call_id'),
    name: fields.string('name'),
    arguments: fields.string('arguments'),
  };
  return { ...call, ...extraOf(fields) };
}

function partOf(value: JsonValue, path: string): Part {
  const fields = fieldsOf(value, path);
  switch (fields.string('type')) {
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: fields.string('text'), ...extraOf(fields) };
    case 'refusal':
      return { type: 'text', text: fields.string('refusal'), refusal: true };
    case 'input_image': {
      const url = fields.optionalString('image_url');
      if (url !== undefined) return { type: 'image', source: imageSourceOf(url), ...extraOf(fields) };
    }
  }
  return { type: 'other', protocol, raw: objectOf(value, path) };
}

function extraOf(fields: Fields): { extra?: Message['extra'] & object } {
  const rest = fields.rest();
  return Object.keys(rest).length === 0 ? {} : { extra: { protocol, fields: rest } };
}
