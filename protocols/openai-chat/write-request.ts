import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Message, ModelRequest, Part, ResponseFormat, Tool, ToolChoice } from '../request.ts';
import { imageUrlOf } from '../data-url.ts';
import { defined } from '../fields.ts';
import { choiceAmong, toolsToSend } from '../translation/tools.ts';
import { fieldsFor, otherPartFor, parametersFor, plainTextOf, rawFor } from '../translation/untranslated.ts';
import { chatDialect } from './dialect.ts';

/** The body for a provider's `/chat/completions`. Throws `invalid_request` for what chat completions cannot say. */
export function writeChatRequest(request: ModelRequest, model: string): JsonObject {
  const { parameters } = request;
  const tools = toolsToSend(request);
  const choice = choiceAmong(request);
  const oldSpelling = parameters.maxTokensOldSpelling === true;
  return defined({
    model,
    messages: request.messages.map((message, i) => writeMessage(message, `messages[${i}]`)),
    tools: tools?.map((tool, i) => writeChatTool(tool, `tools[${i}]`)),
    tool_choice: choice && writeToolChoice(choice),
    temperature: parameters.temperature,
    top_p: parameters.topP,
    max_tokens: oldSpelling ? parameters.maxTokens : undefined,
    max_completion_tokens: oldSpelling ? undefined : parameters.maxTokens,
    stop: parameters.stop,
    response_format: parameters.responseFormat && writeResponseFormat(parameters.responseFormat),
    parallel_tool_calls: tools && parameters.parallelToolCalls,
    reasoning_effort: parameters.effort,
    stream: request.stream ? true : undefined,
    // Always: the gateway counts tokens, whether the caller wants to know or not.
    stream_options: request.stream ? { include_usage: true } : undefined,
    safety_identifier: request.raw.protocol === chatDialect.name ? undefined : request.user,
    ...parametersFor(chatDialect, request.raw.protocol, parameters),
  });
}

function writeMessage(message: Message, path: string): JsonObject {
  const extra = fieldsFor(chatDialect, message.extra, path);
  switch (message.role) {
    case 'system':
      return {
        ...extra,
        role: message.developer === true ? 'developer' : 'system',
        content: writeContent(message.content, path),
      };
    case 'user':
      return { ...extra, role: 'user', content: writeContent(message.content, path) };
    case 'assistant':
      return { ...extra, ...writeAssistant(message, path) };
    case 'tool':
      return {
        ...extra,
        role: 'tool',
        tool_call_id: message.toolCallId ?? '',
        content: plainTextOf(message.content, `${path}.content`),
      };
  }
}

function writeAssistant(message: Message, path: string): JsonObject {
  const calls = message.toolCalls ?? [];
  const content = writeContent(message.content, path);
  return defined({
    role: 'assistant',
    content: content === '' ? (calls.length === 0 ? '' : null) : content,
    tool_calls:
      calls.length === 0
        ? undefined
        : calls.map((call, i) => {
            fieldsFor(chatDialect, call.extra, `${path}.tool_calls[${i}]`);
            return {
              id: call.id,
              type: 'function',
              function: { name: call.name, arguments: call.arguments },
            };
          }),
  });
}

/** One text goes as a string: some servers know no parts. */
function writeContent(parts: readonly Part[], path: string): JsonValue {
  const written = parts.flatMap((part, i) => writePart(part, `${path}.content[${i}]`));
  const [only] = written;
  if (only === undefined) return '';
  if (written.length === 1 && Object.keys(only).length === 2 && typeof only['text'] === 'string')
    return only['text'];
  return written;
}

function writePart(part: Part, path: string): JsonObject[] {
  switch (part.type) {
    case 'text':
      if (part.refusal === true) return [{ type: 'refusal', refusal: part.text }];
      return [{ ...fieldsFor(chatDialect, part.extra, path), type: 'text', text: part.text }];
    case 'image':
      return [
        {
          type: 'image_url',
          image_url: { ...fieldsFor(chatDialect, part.extra, path), url: imageUrlOf(part.source) },
        },
      ];
    case 'other':
      return otherPartFor(chatDialect, part, path);
  }
}

function writeChatTool(tool: Tool, path: string): JsonObject {
  if (tool.kind === 'other') return rawFor(chatDialect, tool, path);
  const extra = fieldsFor(chatDialect, tool.extra, path);
  const { name, description, parameters, strict } = tool;
  return { type: 'function', function: { ...extra, ...defined({ name, description, parameters, strict }) } };
}

function writeToolChoice(choice: ToolChoice): JsonValue {
  if (choice.kind === 'other') return rawFor(chatDialect, choice, 'tool_choice');
  return choice.kind === 'function' ? { type: 'function', function: { name: choice.name } } : choice.kind;
}

function writeResponseFormat(format: ResponseFormat): JsonObject {
  if (format.kind !== 'json_schema') return { type: format.kind };
  const { name, schema, description, strict } = format;
  return { type: 'json_schema', json_schema: defined({ name, schema, description, strict }) };
}
