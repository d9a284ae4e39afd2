import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ImagePart, Message, Part, ToolCall } from '../request.ts';
import { fieldError, isJsonObject, parseJson } from '../fields.ts';
import { fieldsFor, otherPartFor } from '../translation/untranslated.ts';
import { anthropicDialect } from './dialect.ts';

interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: JsonObject[];
  readonly extra: JsonObject;
  /** Holds nothing but answers to tool calls yet: the next answer, or what the user says, belongs to it. */
  readonly open: boolean;
}

/** Messages as Anthropic's turns: answers to tool calls stand together at the beginning of the user's next turn. */
export function writeAnthropicTurns(messages: readonly Message[]): JsonObject[] {
  const turns: Turn[] = [];
  messages.forEach((message, i) => {
    const turn = turnOf(message, `messages[${i}]`);
    const last = turns.at(-1);
    if (last?.open === true && turn.role === 'user') {
      // Into the array that is there: of many answers none is copied with each one that follows.
      for (const block of turn.content) last.content.push(block);
      turns[turns.length - 1] = { ...turn, content: last.content };
    } else if (turn.content.length > 0) {
      turns.push(turn);
    }
  });
  return turns.map(({ role, content, extra }) => ({ ...extra, role, content: shortest(content) }));
}

function turnOf(message: Message, path: string): Turn {
  const { role } = message;
  if (role === 'tool')
    return { role: 'user', content: [writeToolResult(message, path)], extra: {}, open: true };
  const content = writeParts(message.content, `${path}.content`);
  const calls = (message.toolCalls ?? []).map((call, i) => writeToolUse(call, `${path}.tool_calls[${i}]`));
  return {
    role,
    content: [...content, ...calls],
    extra: fieldsFor(anthropicDialect, message.extra, path),
    open: false,
  };
}

/** One text goes as a string, the form that people write. */
function shortest(blocks: readonly JsonObject[]): JsonValue {
  const [only] = blocks;
  const isPlain = blocks.length === 1 && only !== undefined && Object.keys(only).length === 2;
  return isPlain && typeof only['text'] === 'string' ? only['text'] : blocks;
}

/** Parts as blocks. Empty texts are left out: the API refuses them. */
export function writeParts(parts: readonly Part[], path: string): JsonObject[] {
  return parts.flatMap((part, i) => {
    const partPath = `${path}[${i}]`;
    switch (part.type) {
      case 'text':
        if (part.text === '') return [];
        return [{ ...fieldsFor(anthropicDialect, part.extra, partPath), type: 'text', text: part.text }];
      case 'image':
        return [
          { ...fieldsFor(anthropicDialect, part.extra, partPath), type: 'image', source: writeSource(part) },
        ];
      case 'other':
        return isUnsignedThinking(part.raw) ? [] : otherPartFor(anthropicDialect, part, partPath);
    }
  });
}

/** Reasoning of another vendor's model that an Anthropic caller sends back: Anthropic takes back its own only. */
function isUnsignedThinking(raw: JsonObject): boolean {
  const proof = raw['type'] === 'thinking' ? 'signature' : raw['type'] === 'redacted_thinking' ? 'data' : '';
  return proof !== '' && (typeof raw[proof] !== 'string' || raw[proof].trim() === '');
}

function writeSource({ source }: ImagePart): JsonObject {
  return source.kind === 'url'
    ? { type: 'url', url: source.url }
    : { type: 'base64', media_type: source.mediaType, data: source.data };
}

function writeToolResult(message: Message, path: string): JsonObject {
  const content = writeParts(message.content, `${path}.content`);
  return {
    ...fieldsFor(anthropicDialect, message.extra, path),
    type: 'tool_result',
    tool_use_id: message.toolCallId ?? '',
    ...(content.length === 0 ? {} : { content: shortest(content) }),
    ...(message.toolFailed === undefined ? {} : { is_error: message.toolFailed }),
  };
}

function writeToolUse(call: ToolCall, path: string): JsonObject {
  const extra = fieldsFor(anthropicDialect, call.extra, path);
  return { ...extra, type: 'tool_use', id: call.id, name: call.name, input: inputOf(call, path) };
}

function inputOf(call: ToolCall, path: string): JsonObject {
  if (call.arguments.trim() === '') return {};
  const field = `${path}.function.arguments`;
  const input = parseJson(call.arguments, `"${field}"`);
  if (isJsonObject(input)) return input;
  throw fieldError(field, `"${field}" must be a JSON object, as Anthropic messages have it.`);
}
