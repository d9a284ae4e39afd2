import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { defined } from '../../protocols/fields.ts';
import type { ModelRequest, Tool } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';

/** The names that a revision's parameters may have for what a caller's field sets. */
const spellings: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
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
  }),
);

/** Under other names in a vendor's own parameters. */
const alsoNamed: ReadonlyMap<string, readonly string[]> = new Map([['tools', ['web_search_options']]]);

/** Who the caller's user is says nothing of what is asked. */
const always: readonly string[] = ['user', 'safety_identifier'];

/** What is so anyway where nobody says it: no word is lost that the caller would miss. */
const saysNothing: ReadonlyMap<string, JsonValue> = new Map([['store', false]]);

/** What a request asks for, without what the revision does not leave to its caller. */
export interface CallersPart {
  readonly passed: ModelRequest;
  /** The names of what does not pass. */
  readonly ignored: readonly string[];
}

/**
 * Lets those top-level fields of a request pass that `caller` lists, and no other: what was evaluated is what is served,
 * and nobody but the revision says what it costs or where else it goes. A limit of the answer's length always passes:
 * the smaller one of the caller's and the revision's holds. Messages, and all that is in them, pass as they are.
 */
export function ofTheCaller(request: ModelRequest, allowed: readonly string[]): CallersPart {
  const ignored: string[] = [];
  const pass = <T>(field: string, value: T | undefined): T | undefined => {
    if (value === undefined || allowed.includes(field)) return value;
    ignored.push(field);
    return undefined;
  };
  const { toolChoice, metadata, tools: given, parameters, ...rest } = request;
  const tools = pass('tools', given)?.filter((tool) => pass(...remoteTool(tool)) !== undefined);
  const passed: ModelRequest = {
    ...rest,
    ...defined({
      tools,
      toolChoice: pass('tool_choice', toolChoice),
      metadata: pass('metadata', metadata),
    }),
    parameters: {
      ...defined({
        temperature: pass('temperature', parameters.temperature),
        topP: pass('top_p', parameters.topP),
        maxTokens: parameters.maxTokens,
        maxTokensOldSpelling: parameters.maxTokensOldSpelling,
        stop: pass('stop', parameters.stop),
        responseFormat: pass('response_format', parameters.responseFormat),
        parallelToolCalls: pass('tools', parameters.parallelToolCalls),
        effort: pass('reasoning_effort', parameters.effort),
      }),
      rest: passingRest(parameters.rest, allowed, pass),
    },
  };
  return { passed, ignored: [...new Set(ignored)] };
}

/** A tool that has the provider call a server of the caller's choice goes by the name of Anthropic's list of them. */
function remoteTool(tool: Tool): [field: string, tool: Tool] {
  const type = tool.kind === 'other' ? tool.raw['type'] : undefined;
  const isRemote = typeof type === 'string' && /^mcp(?:_|$)/.test(type);
  return [isRemote ? 'mcp_servers' : 'tools', tool];
}

function passingRest(
  rest: JsonObject,
  allowed: readonly string[],
  pass: (field: string, value: JsonValue) => JsonValue | undefined,
): JsonObject {
  const free = new Set([...always, ...allowed.flatMap((field) => alsoNamed.get(field) ?? [])]);
  return Object.fromEntries(
    Object.entries(rest).filter(([name, value]) => {
      if (free.has(name)) return true;
      if (saysNothing.get(name) === value && !allowed.includes(name)) return false;
      return pass(name, value) !== undefined;
    }),
  );
}

/** A chain whose parameters leave out what the caller may set, and has set. */
export function chainFor(
  chain: readonly ResolvedTarget[],
  request: ModelRequest,
  allowed: readonly string[],
): readonly ResolvedTarget[] {
  const values = valuesOf(request);
  const taken = new Set(
    allowed
      .filter((field) => values.get(field) !== undefined)
      .flatMap((field) => spellings.get(field) ?? [field]),
  );
  if (taken.size === 0) return chain;
  return chain.map((target) => {
    const isAsItIs = !Object.keys(target.parameters).some((name) => taken.has(name));
    return isAsItIs ? target : { ...target, parameters: without(target.parameters, taken) };
  });
}

/** What a request sets, by the name of the field. */
function valuesOf({ parameters, toolChoice, metadata }: ModelRequest): ReadonlyMap<string, unknown> {
  const values = {
    ...parameters.rest,
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
    reasoning_effort: parameters.effort,
  };
  return new Map<string, unknown>(Object.entries(values));
}

function without(parameters: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.has(name)));
}
