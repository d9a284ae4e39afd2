import type { JsonObject } from '../../domain/json.ts';
import { callerFields, type CallerField } from '../../domain/revision.ts';
import type { ModelParameters, ModelRequest } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';

/** The names that a revision's parameters may have for what a caller's field sets. */
const spellings: Record<CallerField, readonly string[]> = {
  system: [],
  tools: ['parallel_tool_calls'],
  tool_choice: ['tool_choice'],
  response_format: ['response_format'],
  stop: ['stop', 'stop_sequences'],
  stream: ['stream'],
  metadata: ['metadata'],
  temperature: ['temperature'],
  top_p: ['top_p'],
  max_tokens: ['max_tokens', 'max_completion_tokens', 'max_output_tokens'],
};

/** What a caller's field sets besides under names that only one protocol knows. */
const ownNames: Partial<Record<CallerField, readonly string[]>> = {
  tools: ['web_search_options', 'mcp_servers'],
  metadata: ['metadata'],
};

/**
 * The parameters that the revision leaves to the caller. `caller` decides over the fields that it has names for: those
 * that it does not list are the revision's, or the provider's defaults. All others are passed on, for the revision's own
 * to overrule, and for a target of another protocol to refuse by name.
 */
export function callerParameters(given: ModelParameters, allowed: readonly CallerField[]): ModelParameters {
  const may = (field: CallerField): boolean => allowed.includes(field);
  const { temperature, topP, maxTokens, maxTokensOldSpelling, stop, responseFormat, parallelToolCalls } =
    given;
  return {
    ...(may('temperature') && temperature !== undefined ? { temperature } : {}),
    ...(may('top_p') && topP !== undefined ? { topP } : {}),
    // Whoever sets it: the smaller of both holds, unless the revision leaves it to the caller altogether.
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(maxTokensOldSpelling === undefined ? {} : { maxTokensOldSpelling }),
    ...(may('stop') && stop !== undefined ? { stop } : {}),
    ...(may('response_format') && responseFormat !== undefined ? { responseFormat } : {}),
    ...(may('tools') && parallelToolCalls !== undefined ? { parallelToolCalls } : {}),
    ...(given.effort === undefined ? {} : { effort: given.effort }),
    rest: callerRest(given.rest, allowed),
  };
}

function callerRest(rest: JsonObject, allowed: readonly CallerField[]): JsonObject {
  const denied = callerFields.filter((field) => !allowed.includes(field));
  return without(rest, new Set(denied.flatMap((field) => ownNames[field] ?? [])));
}

/** A chain whose parameters leave out what the caller may set, and has set. */
export function chainFor(
  chain: readonly ResolvedTarget[],
  request: ModelRequest,
  allowed: readonly CallerField[],
): readonly ResolvedTarget[] {
  const taken = new Set(
    allowed.filter((field) => isSet(request, field)).flatMap((field) => spellings[field]),
  );
  if (taken.size === 0) return chain;
  return chain.map((target) => ({ ...target, parameters: without(target.parameters, taken) }));
}

function isSet({ parameters, toolChoice, metadata }: ModelRequest, field: CallerField): boolean {
  const values: Record<CallerField, unknown> = {
    system: undefined,
    tools: parameters.parallelToolCalls,
    tool_choice: toolChoice,
    response_format: parameters.responseFormat,
    stop: parameters.stop,
    stream: true,
    metadata,
    temperature: parameters.temperature,
    top_p: parameters.topP,
    max_tokens: parameters.maxTokens,
  };
  return values[field] !== undefined;
}

function without(parameters: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.has(name)));
}
