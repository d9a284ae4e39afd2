import type { JsonValue } from '../../domain/json.ts';
import type { Message, OtherPart, Part, ToolCall } from '../request.ts';
import { imageSourceOf } from '../data-url.ts';
import { fieldError, type Fields, fieldsOf, isJsonArray, objectOf } from '../fields.ts';
import { openaiContentOf } from '../openai/content.ts';

const protocol = 'openai-responses';

/** The items of a Responses `input`, which is a text or an array. Throws `invalid_request`. */
export function messagesOfInput(input: JsonValue | undefined): Message[] {
  if (input === undefined) return [];
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }] }];
  if (!isJsonArray(input)) throw fieldError('input', '"input" must be a string or an array of items.');
  return joinedAssistants(input.map((item, i) => messageOfItem(item, `input[${i}]`)));
}

/** Items that follow each other and are one message elsewhere. */
interface Group {
  readonly items: Message[];
  hasText: boolean;
  hasCalls: boolean;
}

/**
 * An assistant's reasoning, text and tool calls are items of their own here, and one message elsewhere. Each item is
 * moved once: a caller may send as many as it likes.
 */
function joinedAssistants(items: readonly Message[]): Message[] {
  const groups: Group[] = [];
  for (const item of items) {
    let group = groups.at(-1);
    if (group === undefined || !takes(group, item)) {
      group = { items: [], hasText: false, hasCalls: false };
      groups.push(group);
    }
    group.items.push(item);
    group.hasText ||= item.content.some((part) => part.type === 'text');
    group.hasCalls ||= item.toolCalls !== undefined;
  }
  return groups.map(messageOfGroup);
}

function takes({ items: [first], hasText, hasCalls }: Group, next: Message): boolean {
  if (first?.role !== 'assistant' || next.role !== 'assistant') return false;
  return next.content.length === 0 || !(hasText || hasCalls);
}

function messageOfGroup({ items }: Group): Message {
  const [only] = items;
  if (only !== undefined && items.length === 1) return only;
  const toolCalls = items.flatMap((item) => item.toolCalls ?? []);
  const extra = items.findLast((item) => item.extra !== undefined)?.extra;
  return {
    role: 'assistant',
    content: items.flatMap(({ content }) => content),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(extra === undefined ? {} : { extra }),
  };
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

function extraOf(fields: Fields): { readonly extra?: Message['extra'] & object } {
  const rest = fields.rest();
  return Object.keys(rest).length === 0 ? {} : { extra: { protocol, fields: rest } };
}
