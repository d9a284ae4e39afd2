import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Message, ModelRequest, Part, ResponseFormat, Tool, ToolChoice } from '../request.ts';
import { imageUrlOf } from '../data-url.ts';
import { defined, fieldError, isJsonArray, isJsonObject } from '../fields.ts';
import { choiceAmong, toolsToSend } from '../translation/tools.ts';
import type { Fit } from '../translation/fit.ts';
import {
  encryptedReasoning,
  fieldsFor,
  otherPartFor,
  parametersFor,
  rawFor,
} from '../translation/untranslated.ts';
import { responsesDialect } from './dialect.ts';

/** The body for a provider's `/responses`. Throws `invalid_request` for what Responses cannot say. */
export function writeResponsesRequest(request: ModelRequest, model: string, fit: Fit = {}): JsonObject {
  const { parameters } = request;
  if (parameters.stop !== undefined) {
    throw fieldError('stop', 'Responses know no "stop".', 'Leave it out, or call chat completions.');
  }
  const tools = toolsToSend(request);
  const choice = choiceAmong(request);
  const { text, reasoning, include, ...rest } = parametersFor(
    responsesDialect,
    request.raw.protocol,
    parameters,
  );
  return defined({
    model,
    input: request.messages.flatMap((message, i) => writeItems(message, `messages[${i}]`, fit)),
    tools: tools?.map((tool, i) => writeTool(tool, `tools[${i}]`)),
    tool_choice: choice && writeToolChoice(choice),
    temperature: parameters.temperature,
    top_p: parameters.topP,
    max_output_tokens: parameters.maxTokens,
    text: joined(text, parameters.responseFormat && { format: writeFormat(parameters.responseFormat) }),
    reasoning: joined(reasoning, parameters.effort === undefined ? undefined : { effort: parameters.effort }),
    parallel_tool_calls: tools && parameters.parallelToolCalls,
    stream: request.stream ? true : undefined,
    // Nobody could fetch what the provider keeps: the id that the caller sees is Sluice's.
    store: false,
    include: includeOf(include, model, fit),
    safety_identifier: request.raw.protocol === responsesDialect.name ? undefined : request.user,
    ...rest,
  });
}

/** Models without reasoning, which refuse to be asked for it. */
const unreasoning = /^(ft:)?(gpt-3|gpt-4|chatgpt-4)/;

/**
 * As nothing is stored, a second turn has to bring the reasoning of the first along: it comes encrypted, unless the model
 * has none. What the caller wants included stays.
 */
function includeOf(include: JsonValue | undefined, model: string, fit: Fit): JsonValue | undefined {
  const wanted = isJsonArray(include) ? include : [];
  const hasNone = fit.noEncryptedReasoning === true || unreasoning.test(model);
  if (hasNone) {
    const others =
      fit.noEncryptedReasoning === true ? wanted.filter((each) => each !== encryptedReasoning) : wanted;
    return others.length === 0 ? undefined : others;
  }
  return wanted.includes(encryptedReasoning) ? wanted : [...wanted, encryptedReasoning];
}

function joined(rest: JsonValue | undefined, own: JsonObject | undefined): JsonObject | undefined {
  const all = { ...(isJsonObject(rest) ? rest : {}), ...own };
  return Object.keys(all).length === 0 ? undefined : all;
}

function writeItems(message: Message, path: string, fit: Fit): JsonObject[] {
  const extra = fieldsFor(responsesDialect, message.extra, path);
  switch (message.role) {
    case 'system':
    case 'user': {
      const role = message.developer === true ? 'developer' : message.role;
      return [{ ...extra, type: 'message', role, content: writeContent(message.content, path) }];
    }
    case 'assistant':
      return writeAssistant(message, extra, path, fit);
    case 'tool': {
      const output = writeContent(message.content, path);
      return [{ ...extra, type: 'function_call_output', call_id: message.toolCallId ?? '', output }];
    }
  }
}

/**
 * Reasoning goes back only as the model's own, encrypted: nothing is stored under the id of a bare item, and that of
 * another vendor's model, or another account's, says nothing. What it led to then has no id either, for that would ask
 * for it.
 */
function writeAssistant(message: Message, extra: JsonObject, path: string, fit: Fit): JsonObject[] {
  const content = message.content.filter((part) => !isBareReasoning(part));
  const items = [...writeAssistantContent(content, extra, path), ...writeCalls(message, path)];
  // What the fit leaves out is gone from the message already.
  if (content.length === message.content.length && fit.noEarlierReasoning !== true) return items;
  return items.map(({ id: _id, ...item }) => item);
}

function isBareReasoning(part: Part): boolean {
  if (part.type !== 'other' || part.raw['type'] !== 'reasoning') return false;
  const encrypted = part.raw['encrypted_content'];
  return typeof encrypted !== 'string' || encrypted === '';
}

function writeContent(parts: readonly Part[], path: string): JsonValue {
  const [only] = parts;
  if (only === undefined) return '';
  if (parts.length === 1 && only.type === 'text' && only.extra === undefined) return only.text;
  return parts.flatMap((part, i) => writeInputPart(part, `${path}.content[${i}]`));
}

function writeInputPart(part: Part, path: string): JsonObject[] {
  switch (part.type) {
    case 'text':
      return [{ ...fieldsFor(responsesDialect, part.extra, path), type: 'input_text', text: part.text }];
    case 'image':
      return [
        {
          detail: 'auto',
          ...fieldsFor(responsesDialect, part.extra, path),
          type: 'input_image',
          image_url: imageUrlOf(part.source),
        },
      ];
    case 'other':
      return otherPartFor(responsesDialect, part, path);
  }
}

/** What an assistant said is one item; its reasoning and the calls of tools that the provider ran are items of their own. */
function writeAssistantContent(parts: readonly Part[], extra: JsonObject, path: string): JsonObject[] {
  const items: JsonObject[] = [];
  let said: JsonObject[] = [];
  const flush = (): void => {
    if (said.length > 0) items.push({ ...extra, type: 'message', role: 'assistant', content: said });
    said = [];
  };
  parts.forEach((part, i) => {
    const partPath = `${path}.content[${i}]`;
    if (part.type === 'other') {
      flush();
      items.push(...otherPartFor(responsesDialect, part, partPath));
    } else if (part.type === 'text') {
      said.push(
        writeSaid(part.text, part.refusal === true, fieldsFor(responsesDialect, part.extra, partPath)),
      );
    } else {
      throw fieldError(partPath, `"${partPath}": an assistant's message has no images.`);
    }
  });
  flush();
  return items;
}

function writeSaid(text: string, isRefusal: boolean, extra: JsonObject): JsonObject {
  return isRefusal
    ? { type: 'refusal', refusal: text }
    : { annotations: [], ...extra, type: 'output_text', text };
}

function writeCalls(message: Message, path: string): JsonObject[] {
  return (message.toolCalls ?? []).map((call, i) => ({
    ...fieldsFor(responsesDialect, call.extra, `${path}.tool_calls[${i}]`),
    type: 'function_call',
    call_id: call.id,
    name: call.name,
    arguments: call.arguments,
  }));
}

function writeTool(tool: Tool, path: string): JsonObject {
  if (tool.kind === 'other') return rawFor(responsesDialect, tool, path);
  const extra = fieldsFor(responsesDialect, tool.extra, path);
  const { name, description, parameters, strict } = tool;
  return { ...extra, ...defined({ type: 'function', name, description, parameters, strict }) };
}

function writeToolChoice(choice: ToolChoice): JsonValue {
  if (choice.kind === 'other') return rawFor(responsesDialect, choice, 'tool_choice');
  return choice.kind === 'function' ? { type: 'function', name: choice.name } : choice.kind;
}

function writeFormat(format: ResponseFormat): JsonObject {
  if (format.kind !== 'json_schema') return { type: format.kind };
  const { name, schema, description, strict } = format;
  return defined({ type: 'json_schema', name, schema, description, strict });
}
