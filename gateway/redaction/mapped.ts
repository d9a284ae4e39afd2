import type { JsonObject, JsonValue } from '../../domain/json.ts';

/** The list with each item mapped; the same list where that changes none, as it mostly does. */
export function mapItems(
  list: readonly JsonValue[],
  of: (item: JsonValue) => JsonValue,
): readonly JsonValue[] {
  let mapped: JsonValue[] | undefined;
  let i = 0;
  for (const item of list) {
    const now = of(item);
    if (mapped !== undefined) mapped.push(now);
    else if (now !== item) mapped = [...list.slice(0, i), now];
    i += 1;
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

/** The object with each name mapped; the same object where that changes none. */
export function mapNames(object: JsonObject, of: (name: string) => string): JsonObject {
  const names = Object.keys(object).map((name) => [name, of(name)] as const);
  if (names.every(([name, now]) => now === name)) return object;
  return Object.fromEntries(names.map(([name, now]) => [now, object[name] ?? null]));
}
