import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { setField } from '../../domain/set-field.ts';

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

/** The object with each field mapped, and each name where `ofName` is given; the same object where that changes none. */
export function mapFields(
  object: JsonObject,
  of: (field: JsonValue, name: string) => JsonValue,
  ofName?: (name: string) => string,
): JsonObject {
  const names = Object.keys(object);
  let mapped: Record<string, JsonValue> | undefined;
  let i = 0;
  for (const name of names) {
    const field = object[name] ?? null;
    const now = of(field, name);
    const named = ofName === undefined ? name : ofName(name);
    if (mapped === undefined && (now !== field || named !== name)) mapped = firstOf(object, names, i);
    if (mapped !== undefined) setField(mapped, named, now);
    i += 1;
  }
  return mapped ?? object;
}

function firstOf(object: JsonObject, names: readonly string[], count: number): Record<string, JsonValue> {
  const fields: Record<string, JsonValue> = {};
  for (const name of names.slice(0, count)) setField(fields, name, object[name] ?? null);
  return fields;
}
