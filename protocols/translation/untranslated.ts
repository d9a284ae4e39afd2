import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Tongue } from './dialect.ts';
import { dialects } from './dialects.ts';
import { fieldError, isJsonArray } from '../fields.ts';
import type { ModelParameters, OtherPart, Part, Protocol, ProtocolFields } from '../request.ts';

/** What a stateless caller of Responses asks for, to bring it back: no other model has any. */
export const encryptedReasoning = 'reasoning.encrypted_content';

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

function cannotSay(path: string, to: Tongue): Error {
  return fieldError(path, `"${path}" has no counterpart in ${to.title}, which the target speaks.`, remedy);
}

/**
 * The parameters without a canonical name as they go to a target: all of them to the protocol they were written
 * in, none to another. Throws `invalid_request` for one that would change the answer.
 */
export function parametersFor(to: Tongue, from: Protocol, parameters: ModelParameters): JsonObject {
  if (to.name === from) return parameters.rest;
  for (const [name, value] of Object.entries(parameters.rest)) {
    if (dialects[from].harmlessParameters.includes(name)) continue;
    if (JSON.stringify(dialects[from].defaultValues[name]) === JSON.stringify(value)) continue;
    if (name === 'include' && isJsonArray(value) && value.every((each) => each === encryptedReasoning))
      continue;
    throw cannotSay(name, to);
  }
  return {};
}

/** The fields that only one protocol knows, as `parametersFor` does it. */
export function fieldsFor(to: Tongue, extra: ProtocolFields | undefined, path: string): JsonObject {
  if (extra === undefined) return {};
  if (extra.protocol === to.name) return extra.fields;
  const name = Object.keys(extra.fields).find((field) => !harmlessFields.includes(field));
  if (name !== undefined) throw cannotSay(`${path}.${name}`, to);
  return {};
}

/** A part that only one protocol knows: itself, or nothing where it can be left out. Throws `invalid_request`. */
export function otherPartFor(to: Tongue, part: OtherPart, path: string): JsonObject[] {
  if (part.protocol === to.name) return [part.raw];
  const type = part.raw['type'];
  if (typeof type !== 'string') throw cannotSay(path, to);
  if (harmlessParts.includes(type)) return [];
  throw cannotSay(`${path} (${type})`, to);
}

/** Something else that only one protocol knows: a tool, a choice of tool. Throws `invalid_request`. */
export function rawFor<T extends JsonValue>(
  to: Tongue,
  own: { readonly protocol: Protocol; readonly raw: T },
  path: string,
): T {
  if (own.protocol === to.name) return own.raw;
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
