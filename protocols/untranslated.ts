import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { ModelParameters, OtherPart, Part, Protocol, ProtocolFields } from './request.ts';
import { fieldError, isJsonArray } from './fields.ts';

const protocolNames: Record<Protocol, string> = {
  'openai-chat': 'OpenAI chat completions',
  'openai-responses': 'OpenAI responses',
  'anthropic-messages': 'Anthropic messages',
};

/**
 * Request parameters that are left out when the target speaks another protocol, because the answer does not depend
 * on them. Every other parameter that has no counterpart is refused by name.
 */
const harmlessParameters: Record<Protocol, readonly string[]> = {
  'openai-chat': [
    'metadata', // labels for OpenAI's own logs
    'prompt_cache_key', // cost and latency only
    'prompt_cache_options',
    'prompt_cache_retention',
    'safety_identifier', // goes as `metadata.user_id`
    'seed', // best effort, says its documentation
    'service_tier', // cost and latency only
    'user', // goes as `metadata.user_id`
  ],
  'openai-responses': [
    'metadata',
    'prompt_cache_key',
    'prompt_cache_options',
    'prompt_cache_retention',
    'safety_identifier',
    'service_tier',
    'stream_options', // obfuscation of OpenAI's own stream
    'user',
  ],
  'anthropic-messages': [
    'cache_control', // cost and latency only
    'metadata', // `user_id` goes as `safety_identifier`
    'service_tier',
  ],
};

/** What a stateless caller of Responses asks for, to bring it back: no other model has any. */
export const encryptedReasoning = 'reasoning.encrypted_content';

/** Values that say what is so anyway: they are left out elsewhere. */
const defaultValues: Record<Protocol, Readonly<Record<string, JsonValue>>> = {
  'openai-chat': {
    frequency_penalty: 0,
    logit_bias: {},
    logprobs: false,
    modalities: ['text'],
    n: 1,
    presence_penalty: 0,
    store: false,
    stream_options: {},
    verbosity: 'medium',
  },
  'openai-responses': {
    include: [],
    text: {},
    reasoning: {},
    top_logprobs: 0,
    truncation: 'disabled',
  },
  'anthropic-messages': { thinking: { type: 'disabled' }, output_config: {} },
};

/** Fields of messages and parts that are left out elsewhere for the same reason. */
const harmlessFields: readonly string[] = [
  'annotations', // citations of an earlier answer
  'cache_control',
  'caller', // who called a tool: the model itself
  'citations',
  'detail', // how closely OpenAI looks at an image
  'eager_input_streaming',
  'id', // of an earlier answer's item
  'logprobs',
  'name', // of a participant
  'phase',
  'prompt_cache_breakpoint',
  'reasoning', // of an earlier answer, as some servers have it
  'reasoning_content',
  'status',
];

/** Parts of an earlier answer that no other model can use: its signed or encrypted reasoning. */
const harmlessParts: readonly string[] = ['thinking', 'redacted_thinking', 'reasoning'];

const remedy = 'Leave it out, or release a revision whose targets all speak the protocol of the request.';

function cannotSay(path: string, to: Protocol): Error {
  return fieldError(
    path,
    `"${path}" has no counterpart in ${protocolNames[to]}, which the target speaks.`,
    remedy,
  );
}

/**
 * The parameters without a canonical name as they go to a target: all of them to the protocol they were written
 * in, none to another. Throws `invalid_request` for one that would change the answer.
 */
export function parametersFor(to: Protocol, from: Protocol, parameters: ModelParameters): JsonObject {
  if (to === from) return parameters.rest;
  for (const [name, value] of Object.entries(parameters.rest)) {
    if (harmlessParameters[from].includes(name)) continue;
    if (JSON.stringify(defaultValues[from][name]) === JSON.stringify(value)) continue;
    if (name === 'include' && isJsonArray(value) && value.every((each) => each === encryptedReasoning))
      continue;
    throw cannotSay(name, to);
  }
  return {};
}

/** The fields that only one protocol knows, as `parametersFor` does it. */
export function fieldsFor(to: Protocol, extra: ProtocolFields | undefined, path: string): JsonObject {
  if (extra === undefined) return {};
  if (extra.protocol === to) return extra.fields;
  const name = Object.keys(extra.fields).find((field) => !harmlessFields.includes(field));
  if (name !== undefined) throw cannotSay(`${path}.${name}`, to);
  return {};
}

/** A part that only one protocol knows: itself, or nothing where it can be left out. Throws `invalid_request`. */
export function otherPartFor(to: Protocol, part: OtherPart, path: string): JsonObject[] {
  if (part.protocol === to) return [part.raw];
  const type = part.raw['type'];
  if (typeof type !== 'string') throw cannotSay(path, to);
  if (harmlessParts.includes(type)) return [];
  throw cannotSay(`${path} (${type})`, to);
}

/** Something else that only one protocol knows: a tool, a choice of tool. Throws `invalid_request`. */
export function rawFor<T extends JsonValue>(
  to: Protocol,
  own: { protocol: Protocol; raw: T },
  path: string,
): T {
  if (own.protocol === to) return own.raw;
  throw cannotSay(path, to);
}

/** The text of parts where only text may stand. Throws `invalid_request` for any other part. */
export function plainTextOf(parts: readonly Part[], path: string): string {
  return parts
    .map((part, i) => {
      if (part.type === 'text') return part.text;
      throw fieldError(`${path}[${i}]`, `"${path}[${i}]" must be text for this target.`, remedy);
    })
    .join('');
}
