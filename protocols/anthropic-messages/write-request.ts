import type { JsonObject } from '../../domain/json.ts';
import type { Message, ModelParameters, ModelRequest, Tool, ToolChoice } from '../request.ts';
import { defined, fieldError, isJsonObject, objectOf } from '../fields.ts';
import { choiceAmong, toolsToSend } from '../translation/tools.ts';
import { fieldsFor, parametersFor, rawFor } from '../translation/untranslated.ts';
import { anthropicDialect } from './dialect.ts';
import { ownMaxTokens } from './max-tokens.ts';
import { writeAnthropicTurns, writeParts } from './write-turns.ts';

const efforts: readonly string[] = ['low', 'medium', 'high', 'xhigh', 'max'];

/** The body for a provider's `/v1/messages`. Throws `invalid_request` for what the Messages API cannot say. */
export function writeAnthropicRequest(request: ModelRequest, model: string): JsonObject {
  const { parameters } = request;
  const { output_config: outputRest, ...rest } = parametersFor(
    anthropicDialect,
    request.raw.protocol,
    parameters,
  );
  const { system, turns } = splitSystem(request);
  const output = { ...(isJsonObject(outputRest) ? outputRest : {}), ...writeOutputConfig(parameters) };
  return defined({
    model,
    max_tokens: parameters.maxTokens ?? ownMaxTokens(model),
    system: writeSystem(system),
    messages: writeAnthropicTurns(turns),
    tools: toolsToSend(request)?.map((tool, i) =>
      writeTool(tool, `tools[${i}]`, request.raw.protocol === anthropicDialect.name),
    ),
    tool_choice: writeToolChoice(choiceAmong(request), request.tools, parameters.parallelToolCalls),
    temperature: temperatureOf(parameters),
    top_p: parameters.topP,
    stop_sequences: parameters.stop,
    output_config: Object.keys(output).length === 0 ? undefined : output,
    stream: request.stream ? true : undefined,
    metadata:
      request.raw.protocol === anthropicDialect.name || request.user === undefined
        ? undefined
        : { user_id: request.user },
    ...rest,
  });
}

/**
 * OpenAI's system messages stand anywhere, Anthropic's before all turns: they are moved there, in their order. Those
 * that an Anthropic caller put between its turns stay.
 */
function splitSystem(request: ModelRequest): { readonly system: Message[]; readonly turns: Message[] } {
  const firstTurn = request.messages.findIndex((message) => message.role !== 'system');
  const stays = (message: Message, i: number): boolean =>
    message.role !== 'system' ||
    (request.raw.protocol === anthropicDialect.name && firstTurn >= 0 && i > firstTurn);
  const turns = request.messages.filter(stays);
  if (turns.length === 0) {
    throw fieldError('messages', 'Anthropic messages need at least one message that is no system message.');
  }
  return { system: request.messages.filter((message, i) => !stays(message, i)), turns };
}

function writeSystem(messages: readonly Message[]): JsonObject[] | string | undefined {
  const blocks = messages.flatMap((message, i) => writeParts(message.content, `system[${i}]`));
  const [only] = blocks;
  if (only === undefined) return undefined;
  return blocks.length === 1 && Object.keys(only).length === 2 && typeof only['text'] === 'string'
    ? only['text']
    : blocks;
}

function writeTool(tool: Tool, path: string, knowsStrict: boolean): JsonObject {
  if (tool.kind === 'other') return rawFor(anthropicDialect, tool, path);
  const extra = fieldsFor(anthropicDialect, tool.extra, path);
  const schema = tool.parameters ?? { type: 'object', properties: {} };
  // Only some models know `strict`, and none refuses its absence: it is written for those who asked in this protocol.
  const strict = knowsStrict ? tool.strict : undefined;
  return {
    ...extra,
    ...defined({ name: tool.name, description: tool.description, strict, input_schema: schema }),
  };
}

function writeToolChoice(
  choice: ToolChoice | undefined,
  tools: readonly Tool[] | undefined,
  parallel: boolean | undefined,
): JsonObject | undefined {
  // Without tools there is nothing to choose, and the API refuses a choice.
  if (tools === undefined || tools.length === 0) return undefined;
  if (choice?.kind === 'other')
    return objectOf(rawFor(anthropicDialect, choice, 'tool_choice'), 'tool_choice');
  if (choice === undefined && parallel === undefined) return undefined;
  const disable = parallel === undefined ? undefined : !parallel;
  switch (choice?.kind) {
    case 'none':
      return { type: 'none' };
    case 'required':
      return defined({ type: 'any', disable_parallel_tool_use: disable });
    case 'function':
      return defined({ type: 'tool', name: choice.name, disable_parallel_tool_use: disable });
    case 'auto':
    case undefined:
      return defined({ type: 'auto', disable_parallel_tool_use: disable });
  }
}

function writeOutputConfig(parameters: ModelParameters): JsonObject {
  const { responseFormat: format, effort } = parameters;
  if (format?.kind === 'json_object') {
    throw fieldError(
      'response_format',
      'Anthropic messages know no "json_object".',
      'Send a "json_schema", which both vendors know.',
    );
  }
  if (effort !== undefined && !efforts.includes(effort)) {
    throw fieldError(
      'reasoning_effort',
      `Anthropic messages know no effort "${effort}".`,
      `Use ${efforts.join(', ')}.`,
    );
  }
  return defined({
    format: format?.kind === 'json_schema' ? { type: 'json_schema', schema: format.schema } : undefined,
    effort,
  });
}

function temperatureOf({ temperature }: ModelParameters): number | undefined {
  if (temperature === undefined || temperature <= 1) return temperature;
  throw fieldError(
    'temperature',
    `Anthropic messages take a temperature up to 1, not ${temperature}.`,
    'Lower it.',
  );
}
