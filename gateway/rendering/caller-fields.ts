import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { defined, fieldsWhere } from '../../protocols/fields.ts';
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
  const pass: Pass = (field, value) => {
    if (value === undefined || allowed.includes(field)) return value;
    ignored.push(field);
    return undefined;
  };
  const { parameters } = request;
  const passed: ModelRequest = {
    ...passingFields(request, pass),
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
  return { passed, ignored: ignored.length < 2 ? ignored : [...new Set(ignored)] };
}

type Pass = <T>(field: string, value: T | undefined) => T | undefined;

/** What a request has beside its parameters. */
function passingFields(request: ModelRequest, pass: Pass): ModelRequest {
  const { toolChoice, metadata, tools: given, ...rest } = request;
  if (given === undefined && toolChoice === undefined && metadata === undefined) return request;
  const tools = pass('tools', given)?.filter((tool) => pass(...remoteTool(tool)) !== undefined);
  return {
    ...rest,
    ...defined({
      tools,
      toolChoice: pass('tool_choice', toolChoice),
      metadata: pass('metadata', metadata),
    }),
  };
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
  const isAlsoNamed = (name: string): boolean =>
    allowed.some((field) => alsoNamed.get(field)?.includes(name) === true);
  return fieldsWhere(rest, (name, value) => {
    if (always.includes(name) || isAlsoNamed(name)) return true;
    if (saysNothing.get(name) === value && !allowed.includes(name)) return false;
    return pass(name, value) !== undefined;
  });
}

/** A chain whose parameters leave out what the caller may set, and has set. */
export function chainFor(
  chain: readonly ResolvedTarget[],
  request: ModelRequest,
  allowed: readonly string[],
): readonly ResolvedTarget[] {
  const isTaken = (name: string): boolean =>
    allowed.some(
      (field) => (spellings.get(field)?.includes(name) ?? field === name) && isSet(request, field),
    );
  const isChanged = ({ parameters }: ResolvedTarget): boolean => Object.keys(parameters).some(isTaken);
  if (!chain.some(isChanged)) return chain;
  return chain.map((target) => {
    if (!isChanged(target)) return target;
    return { ...target, parameters: fieldsWhere(target.parameters, (name) => !isTaken(name)) };
  });
}

/** Does a request set the field of that name? */
function isSet({ parameters, toolChoice, metadata }: ModelRequest, field: string): boolean {
  switch (field) {
    case 'system':
      return false;
    case 'tools':
      return parameters.parallelToolCalls !== undefined;
    case 'tool_choice':
      return toolChoice !== undefined;
    case 'response_format':
      return parameters.responseFormat !== undefined;
    case 'stop':
      return parameters.stop !== undefined;
    case 'stream':
      return true;
    case 'metadata':
      return metadata !== undefined;
    case 'temperature':
      return parameters.temperature !== undefined;
    case 'top_p':
      return parameters.topP !== undefined;
    case 'max_tokens':
      return parameters.maxTokens !== undefined;
    case 'reasoning_effort':
      return parameters.effort !== undefined;
    default:
      return Object.hasOwn(parameters.rest, field);
  }
}
