import { z } from 'zod';
import type { JsonValue } from './json.ts';

/**
 * Any JSON. As `z.json()`, but that each value is looked at once and none is made anew: to build a document of very many
 * from a schema of alternatives takes a microsecond for each.
 */
export const anyJsonSchema = z.unknown().refine(isJson, 'Invalid input') as unknown as z.ZodType<
  JsonValue,
  JsonValue
>;

function isJson(value: unknown): value is JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.keys(fields).every((name) => isJson(fields[name]));
}
