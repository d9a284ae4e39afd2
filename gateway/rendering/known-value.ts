import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';

const jsonObject = z.record(z.string(), z.json());
const schemaSchema = z.object({
  type: z.union([z.string().transform((type) => [type]), z.array(z.string())]).catch([]),
  properties: z.record(z.string(), z.json()).catch({}),
  items: jsonObject.optional().catch(undefined),
  additionalProperties: z.union([z.boolean(), jsonObject]).optional().catch(undefined),
});

/** What is known of a value before it is there: its JSON Schema; undefined where it may be anything. */
export type KnownValue = JsonObject | undefined;

/** A value's field. `absent`: the schema says that there is none. */
export type KnownField = { readonly kind: 'known'; readonly value: KnownValue } | { readonly kind: 'absent' };

const absent: KnownField = { kind: 'absent' };
const known = (value: KnownValue): KnownField => ({ kind: 'known', value });
const anything = known(undefined);
const scalar: KnownValue = { type: 'number' };

/** The field of a value that a template asks for by name. What a schema leaves open may be there. */
export function fieldOf(value: KnownValue, name: string): KnownField {
  if (value === undefined) return anything;
  const { type, properties, items, additionalProperties } = schemaSchema.parse(value);
  if (Object.hasOwn(properties, name)) return known(schemaOf(properties[name]));
  if (name === 'length' && type.some((each) => each === 'array' || each === 'string')) return known(scalar);
  if (type.includes('array') && /^\d+$/.test(name)) return known(items);
  if (typeof additionalProperties === 'object') return known(schemaOf(additionalProperties));
  const isNoObject = type.length > 0 && !type.includes('object');
  return additionalProperties === false || isNoObject ? absent : anything;
}

/** What a loop over a value sees, one after the other. */
export function elementOf(value: KnownValue): KnownValue {
  if (value === undefined) return undefined;
  const { type, items } = schemaSchema.parse(value);
  return type.includes('array') ? items : undefined;
}

/** Is it certain that the value is only true or false? */
export function isBoolean(value: KnownValue): boolean {
  if (value === undefined) return false;
  const { type } = schemaSchema.parse(value);
  return type.includes('boolean') && type.every((each) => each === 'boolean' || each === 'null');
}

/** Is it certain that the value is a list? */
export function isList(value: KnownValue): boolean {
  return value !== undefined && schemaSchema.parse(value).type.includes('array');
}

function schemaOf(value: unknown): KnownValue {
  const parsed = jsonObject.safeParse(value);
  return parsed.success && Object.keys(parsed.data).length > 0 ? parsed.data : undefined;
}
