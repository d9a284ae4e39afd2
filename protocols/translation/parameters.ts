import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ModelParameters, ResponseFormat } from '../request.ts';
import { defined, fieldError, type Fields, fieldsOf, fieldsWhere, isJsonArray } from '../fields.ts';

/** The texts that end an answer: OpenAI takes one as it is, or several. */
export function stopOf(value: JsonValue | undefined, path: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const stops = isJsonArray(value) ? value : [value];
  return stops.map((stop) => {
    if (typeof stop === 'string') return stop;
    throw fieldError(path, `"${path}" must be a string or an array of strings.`);
  });
}

/** A JSON schema to answer by, from the object that holds its name: nested for chat, flat for Responses. */
export function jsonSchemaOf(fields: Fields): ResponseFormat {
  return {
    kind: 'json_schema',
    name: fields.optionalString('name') ?? 'answer',
    schema: fields.object('schema'),
    ...defined({
      description: fields.optionalString('description'),
      strict: fields.optionalBoolean('strict'),
    }),
  };
}

/** OpenAI chat's `response_format`. */
export function responseFormatOf(value: JsonObject | undefined, path: string): ResponseFormat | undefined {
  if (value === undefined) return undefined;
  const fields = fieldsOf(value, path);
  const type = fields.string('type');
  if (type === 'text' || type === 'json_object') return { kind: type };
  if (type === 'json_schema')
    return jsonSchemaOf(fieldsOf(fields.object('json_schema'), `${path}.json_schema`));
  throw fieldError(`${path}.type`, `"${path}.type" is text, json_object or json_schema, not "${type}".`);
}

/**
 * Parameters as a revision's file has them, under the names that the vendors use. What has no canonical name is in
 * `rest` and goes to the provider as it is. Throws `invalid_request`.
 */
export function parametersOf(parameters: JsonObject): ModelParameters {
  const fields = fieldsOf(parameters, '');
  const oldSpelling = fields.optionalNumber('max_tokens');
  const canonical = defined({
    temperature: fields.optionalNumber('temperature'),
    topP: fields.optionalNumber('top_p'),
    maxTokens:
      oldSpelling ??
      fields.optionalNumber('max_completion_tokens') ??
      fields.optionalNumber('max_output_tokens'),
    maxTokensOldSpelling: oldSpelling === undefined ? undefined : true,
    stop: stopOf(fields.any('stop') ?? fields.any('stop_sequences'), 'stop'),
    responseFormat: responseFormatOf(fields.optionalObject('response_format'), 'response_format'),
    parallelToolCalls: fields.optionalBoolean('parallel_tool_calls'),
    effort: fields.optionalString('reasoning_effort'),
  });
  return { ...canonical, rest: fields.rest() };
}

/**
 * The request's parameters with a revision's over them; the revision's own `rest` is not in the result. Of two limits of
 * the answer's length the smaller one holds: neither side may get more than it asked for.
 */
export function mergeParameters(request: ModelParameters, revision: ModelParameters): ModelParameters {
  const base =
    revision.maxTokens === undefined
      ? request
      : { ...request, maxTokensOldSpelling: revision.maxTokensOldSpelling };
  const rest = fieldsWhere(request.rest, (name) => !Object.hasOwn(revision.rest, name));
  const { maxTokens = Infinity } = revision;
  const limit = Math.min(request.maxTokens ?? Infinity, maxTokens);
  return defined({ ...base, ...revision, maxTokens: limit === Infinity ? undefined : limit, rest });
}

/** A name that is not among those Sluice can serve at all. */
export function refuse(fields: Fields, names: Readonly<Record<string, string>>): void {
  for (const [name, remedy] of Object.entries(names)) {
    const value = fields.any(name);
    if (value === undefined || value === false) continue;
    throw new SluiceError('invalid_request', `Sluice does not serve requests with "${name}".`, {
      remedy,
      details: { param: name },
    });
  }
}
