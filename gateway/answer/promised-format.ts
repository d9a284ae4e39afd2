import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import type { ModelRequest } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { schemaCheck, type IsBySchema } from './schema-check.ts';

/** What programs were told that they can read in an answer. */
export interface PromisedFormat {
  /** Its text is JSON and, where the revision has a schema of its own, by that. */
  readonly json: { readonly isBySchema: IsBySchema | undefined } | undefined;
  /** It may call tools, with arguments that are JSON. */
  readonly tools: boolean;
}

/**
 * What the request, with the revision's parameters over the caller's, promises of its answer's form; undefined where that is
 * nothing. The schema of a caller is not looked at: nobody has checked it, and both arms are asked for the same.
 */
export function promisedFormat(
  { parameters, tools = [] }: ModelRequest,
  target: ResolvedTarget,
): PromisedFormat | undefined {
  const own = ownFormat(target.parameters);
  const kind = own?.type ?? parameters.responseFormat?.kind ?? 'text';
  const isJson = kind === 'json_object' || kind === 'json_schema';
  const calls = tools.some((tool) => tool.kind === 'function');
  if (!isJson && !calls) return undefined;
  const schema = own?.json_schema?.schema ?? own?.schema;
  const isBySchema = schema === undefined ? undefined : schemaCheck(schema);
  return { json: isJson ? { isBySchema } : undefined, tools: calls };
}

const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const formatSchema = z.looseObject({
  type: z.string(),
  json_schema: z.looseObject({ schema: jsonObject.optional() }).optional(),
  schema: jsonObject.optional(),
});
/** As the three vendors spell it: chat completions, responses, messages. */
const parametersSchema = z.looseObject({
  response_format: formatSchema.optional(),
  text: z.looseObject({ format: formatSchema.optional() }).optional(),
  output_config: z.looseObject({ format: formatSchema.optional() }).optional(),
});

/** A revision's parameters are the same with every request. */
const known = new WeakMap<JsonObject, z.infer<typeof formatSchema> | 'none'>();

function ownFormat(parameters: JsonObject): z.infer<typeof formatSchema> | undefined {
  let format = known.get(parameters);
  if (format === undefined) {
    const { data } = parametersSchema.safeParse(parameters);
    format = data?.response_format ?? data?.text?.format ?? data?.output_config?.format ?? 'none';
    known.set(parameters, format);
  }
  return format === 'none' ? undefined : format;
}
