import { setField } from './set-field.ts';

/** The list with each item mapped; the same list where that changes none, as it mostly does. */
export function mapItems<V>(list: readonly V[], of: (item: V) => V): readonly V[] {
  let mapped: V[] | undefined;
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
export function mapFields<V>(
  object: Readonly<Record<string, V>>,
  of: (field: V, name: string) => V,
  ofName?: (name: string) => string,
): Readonly<Record<string, V>> {
  const names = Object.keys(object);
  let mapped: Record<string, V> | undefined;
  let i = 0;
  for (const name of names) {
    const field = object[name] as V;
    const now = of(field, name);
    const named = ofName === undefined ? name : ofName(name);
    if (mapped === undefined && (now !== field || named !== name)) mapped = firstOf(object, names, i);
    if (mapped !== undefined) setField(mapped, named, now);
    i += 1;
  }
  return mapped ?? object;
}

function firstOf<V>(
  object: Readonly<Record<string, V>>,
  names: readonly string[],
  count: number,
): Record<string, V> {
  const fields: Record<string, V> = {};
  for (const name of names.slice(0, count)) setField(fields, name, object[name] as V);
  return fields;
}
