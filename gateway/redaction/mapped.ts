import type { JsonObject, JsonValue } from '../../domain/json.ts';

/** The list with each item mapped; the same list where that changes none, as it mostly does. */
export function mapItems(
  list: readonly JsonValue[],
  of: (item: JsonValue) => JsonValue,
): readonly JsonValue[] {
  let mapped: JsonValue[] | undefined;
  for (const [i, item] of list.entries()) {
    const now = of(item);
    if (now === item && mapped === undefined) continue;
    mapped ??= list.slice(0, i);
    mapped.push(now);
  }
  return mapped ?? list;
}

/** The object with each field mapped; the same object where that changes none. */
export function mapFields(object: JsonObject, of: (field: JsonValue, name: string) => JsonValue): JsonObject {
  let changed: Map<string, JsonValue> | undefined;
  for (const name of Object.keys(object)) {
    const field = object[name] ?? null;
    const now = of(field, name);
    if (now !== field) (changed ??= new Map()).set(name, now);
  }
  return changed === undefined ? object : { ...object, ...Object.fromEntries(changed) };
}
