import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Inbound, Message, ModelParameters, ResponseFormat, ToolChoice } from '../request.ts';
import { defined, fieldError, type Fields, fieldsOf, isJsonObject } from '../fields.ts';
import { jsonSchemaOf, refuse } from '../translation/parameters.ts';
import { responsesToolOf } from './tools.ts';
import { messagesOfInput } from './parse-input.ts';

const protocol = 'openai-responses';

const stateRemedy = 'Sluice keeps no responses: send the whole conversation in "input", with "store": false.';

const refused = {
  previous_response_id: stateRemedy,
  conversation: stateRemedy,
  background: 'Sluice keeps no responses: leave it out, and stream where the answer takes long.',
  prompt: 'Prompts live in the revision: leave it out, and send `sluice.variables`.',
  store: stateRemedy,
};

/** A body of `POST /v1/responses`, stateless only. Throws `invalid_request` naming the field at fault. */
export function parseResponsesRequest(body: JsonObject): Inbound {
  const fields = fieldsOf(body, '');
  const model = fields.string('model');
  const store = fields.optionalBoolean('store');
  refuse(fields, refused);
  const user = stringOf(body, 'safety_identifier') ?? stringOf(body, 'user');
  const sluice = fields.optionalObject('sluice') ?? {};
  const request = {
    messages: [...instructionsOf(fields), ...messagesOfInput(fields.any('input'))],
    tools: fields.optionalArray('tools')?.map((tool, i) => responsesToolOf(tool, `tools[${i}]`)),
    toolChoice: toolChoiceOf(fields.any('tool_choice')),
    stream: fields.optionalBoolean('stream') ?? false,
    includeUsage: true,
    user,
    metadata: isJsonObject(body['metadata']) ? body['metadata'] : undefined,
    parameters: parametersOf(fields),
    raw: { protocol, body } as const,
  };
  if (request.messages.length === 0) throw fieldError('input', '"input" is missing.');
  return { model, request: defined(request), sluice, ...defined({ user, store }) };
}

function stringOf(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

function instructionsOf(fields: Fields): Message[] {
  const instructions = fields.optionalString('instructions');
  return instructions === undefined
    ? []
    : [{ role: 'system', content: [{ type: 'text', text: instructions }] }];
}

function toolChoiceOf(value: JsonValue | undefined): ToolChoice | undefined {
  if (value === undefined) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value };
  const fields = fieldsOf(value, 'tool_choice');
  if (fields.string('type') !== 'function') return { kind: 'other', protocol, raw: value };
  return { kind: 'function', name: fields.string('name') };
}

function parametersOf(fields: Fields): ModelParameters {
  const text = fieldsOf(fields.optionalObject('text') ?? {}, 'text');
  const reasoning = fieldsOf(fields.optionalObject('reasoning') ?? {}, 'reasoning');
  const canonical = defined({
    temperature: fields.optionalNumber('temperature'),
    topP: fields.optionalNumber('top_p'),
    maxTokens: fields.optionalNumber('max_output_tokens'),
    responseFormat: formatOf(text.optionalObject('format')),
    parallelToolCalls: fields.optionalBoolean('parallel_tool_calls'),
    effort: reasoning.optionalString('effort'),
  });
  const rest = { ...fields.rest(), text: text.rest(), reasoning: reasoning.rest() };
  return {
    ...canonical,
    rest: Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value))),
  };
}

function isEmpty(value: JsonValue): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function formatOf(value: JsonObject | undefined): ResponseFormat | undefined {
  if (value === undefined) return undefined;
  const fields = fieldsOf(value, 'text.format');
  const type = fields.string('type');
  if (type === 'text' || type === 'json_object') return { kind: type };
  if (type === 'json_schema') return jsonSchemaOf(fields);
  throw fieldError(
    'text.format.type',
    `"text.format.type" is text, json_object or json_schema, not "${type}".`,
  );
}
