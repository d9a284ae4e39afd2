import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type {
  ImageSource,
  Inbound,
  Message,
  ModelParameters,
  Part,
  ToolCall,
  ToolChoice,
} from '../request.ts';
import {
  defined,
  fieldError,
  type Fields,
  fieldsOf,
  isJsonArray,
  isJsonObject,
  objectOf,
} from '../fields.ts';
import { jsonSchemaOf, stopOf } from '../translation/parameters.ts';
import { anthropicToolOf } from './tools.ts';

const protocol = 'anthropic-messages';

/** A body of `POST /v1/messages`. Throws `invalid_request` naming the field at fault. */
export function parseAnthropicRequest(body: JsonObject): Inbound {
  const fields = fieldsOf(body, '');
  const model = fields.string('model');
  refuseThread(fields);
  const system = contentOf(fields.any('system'), 'system');
  const turns = fields.array('messages');
  if (turns.length === 0) throw fieldError('messages', '"messages" must not be empty.');
  const messages = turns.flatMap((message, i) => messagesOf(message, `messages[${i}]`));
  const stream = fields.optionalBoolean('stream') ?? false;
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : undefined;
  const userId = metadata?.['user_id'];
  const user = typeof userId === 'string' ? userId : undefined;
  const sluice = fields.optionalObject('sluice') ?? {};
  const choice = choiceOf(fields.optionalObject('tool_choice'));
  const request = {
    messages: system.length === 0 ? messages : [{ role: 'system', content: system } as const, ...messages],
    tools: fields.optionalArray('tools')?.map((tool, i) => anthropicToolOf(tool, `tools[${i}]`)),
    toolChoice: choice.toolChoice,
    stream,
    includeUsage: true,
    user,
    metadata,
    parameters: parametersOf(fields, choice.parallelToolCalls),
    raw: { protocol, body } as const,
  };
  return { model, request: defined(request), sluice, ...defined({ user }) };
}

/** In the words that Anthropic's SDKs know: they go on without a thread, and send the whole conversation. */
function refuseThread(fields: Fields): void {
  if (fields.any('thread') === undefined) return;
  throw new SluiceError('invalid_request', 'Sluice keeps no threads.', {
    remedy: 'Send the whole conversation without "thread".',
    details: {
      param: 'thread',
      errorDetails: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
    },
  });
}

function parametersOf(fields: Fields, parallelToolCalls: boolean | undefined): ModelParameters {
  const output = fieldsOf(fields.optionalObject('output_config') ?? {}, 'output_config');
  const format = output.optionalObject('format');
  const canonical = defined({
    maxTokens: maxTokensOf(fields),
    temperature: fields.optionalNumber('temperature'),
    topP: fields.optionalNumber('top_p'),
    stop: stopOf(fields.any('stop_sequences'), 'stop_sequences'),
    responseFormat: format && jsonSchemaOf(fieldsOf(format, 'output_config.format')),
    effort: output.optionalString('effort'),
    parallelToolCalls,
  });
  const outputRest = output.rest();
  const rest = fields.rest();
  return {
    ...canonical,
    rest: Object.keys(outputRest).length === 0 ? rest : { ...rest, output_config: outputRest },
  };
}

function maxTokensOf(fields: Fields): number {
  const maxTokens = fields.optionalNumber('max_tokens');
  if (maxTokens !== undefined) return maxTokens;
  throw fieldError(
    'max_tokens',
    '"max_tokens" is missing.',
    'The Messages API needs it: send the most you accept.',
  );
}

function choiceOf(value: JsonObject | undefined): {
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
} {
  if (value === undefined) return {};
  const fields = fieldsOf(value, 'tool_choice');
  const type = fields.string('type');
  const disabled = fields.optionalBoolean('disable_parallel_tool_use');
  const parallelToolCalls = disabled === undefined ? undefined : !disabled;
  if (type === 'auto' || type === 'none')
    return defined({ toolChoice: { kind: type } as const, parallelToolCalls });
  if (type === 'any') return defined({ toolChoice: { kind: 'required' } as const, parallelToolCalls });
  if (type === 'tool') {
    return defined({
      toolChoice: { kind: 'function', name: fields.string('name') } as const,
      parallelToolCalls,
    });
  }
  return { toolChoice: { kind: 'other', protocol, raw: value } };
}

/** One turn: a user's turn may answer tool calls and say something besides, which are several messages. */
function messagesOf(value: JsonValue, path: string): Message[] {
  const fields = fieldsOf(value, path);
  const role = fields.string('role');
  const blocks = blocksOf(fields.any('content'), `${path}.content`);
  const extra = extraOf(fields);
  switch (role) {
    case 'system':
      return [{ role, content: blocks.map(partOf), ...extra }];
    case 'user': {
      const results = blocks.filter((block) => typeOf(block) === 'tool_result');
      const content = blocks.filter((block) => typeOf(block) !== 'tool_result').map(partOf);
      const user: Message = { role, content, ...extra };
      return [...results.map(toolResultOf), ...(content.length === 0 ? [] : [user])];
    }
    case 'assistant': {
      const calls = blocks.filter((block) => typeOf(block) === 'tool_use').map(toolCallOf);
      const content = blocks.filter((block) => typeOf(block) !== 'tool_use').map(partOf);
      return [{ role, content, ...(calls.length === 0 ? {} : { toolCalls: calls }), ...extra }];
    }
    default:
      throw fieldError(`${path}.role`, `"${path}.role" is none of user, assistant and system.`);
  }
}

interface Block {
  readonly value: JsonObject;
  readonly path: string;
}

function blocksOf(value: JsonValue | undefined, path: string): Block[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ value: { type: 'text', text: value }, path }];
  if (!isJsonArray(value)) throw fieldError(path, `"${path}" must be a string or an array of blocks.`);
  return value.map((block, i) => ({ value: objectOf(block, `${path}[${i}]`), path: `${path}[${i}]` }));
}

function contentOf(value: JsonValue | undefined, path: string): Part[] {
  return blocksOf(value, path).map(partOf);
}

function typeOf({ value, path }: Block): string {
  return fieldsOf(value, path).string('type');
}

function toolResultOf({ value, path }: Block): Message {
  const fields = fieldsOf(value, path);
  fields.string('type');
  return {
    role: 'tool',
    toolCallId: fields.string('tool_use_id'),
    content: contentOf(fields.any('content'), `${path}.content`),
    ...defined({ toolFailed: fields.optionalBoolean('is_error') }),
    ...extraOf(fields),
  };
}

function toolCallOf({ value, path }: Block): ToolCall {
  const fields = fieldsOf(value, path);
  fields.string('type');
  const call = {
    id: fields.string('id'),
    name: fields.string('name'),
    arguments: JSON.stringify(fields.optionalObject('input') ?? {}),
  };
  return { ...call, ...extraOf(fields) };
}

function partOf({ value, path }: Block): Part {
  const fields = fieldsOf(value, path);
  const type = fields.string('type');
  if (type === 'text') return { type, text: fields.string('text'), ...extraOf(fields) };
  if (type === 'image') {
    const source = imageSourceOf(fieldsOf(fields.object('source'), `${path}.source`));
    if (source !== undefined) return { type, source, ...extraOf(fields) };
  }
  return { type: 'other', protocol, raw: value };
}

/** Undefined for an image in Anthropic's own file store. */
function imageSourceOf(fields: Fields): ImageSource | undefined {
  switch (fields.string('type')) {
    case 'url':
      return { kind: 'url', url: fields.string('url') };
    case 'base64':
      return { kind: 'base64', mediaType: fields.string('media_type'), data: fields.string('data') };
    default:
      return undefined;
  }
}

function extraOf(fields: Fields): { readonly extra?: Message['extra'] & object } {
  const rest = fields.rest();
  return Object.keys(rest).length === 0 ? {} : { extra: { protocol, fields: rest } };
}
