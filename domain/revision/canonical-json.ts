import canonicalize from 'canonicalize';

/**
 * The canonical JSON (RFC 8785) of a value; undefined where it has none. That is what the engine itself writes of a value
 * whose fields are in order, at a tenth of the work. What is no JSON, writes itself or has
 * half of a pair is left to the library.
 */
export function canonicalJson(value: unknown): string | undefined {
  const ordered = inOrder(value);
  if (ordered === odd) return canonicalize(value);
  return ordered === numbered ? writtenByName(value) : JSON.stringify(ordered);
}

/** What is left to the library. */
const odd = Symbol('odd');
/** What has names that are numbers: the engine writes those first, in whatever order they are put. */
const numbered = Symbol('numbered');

/** The value with the fields of all its objects in order: itself where they are, as they are in what was read so. */
function inOrder(value: unknown): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : odd;
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : odd;
  if (Array.isArray(value)) return itemsInOrder(value);
  return typeof value === 'object' && isPlain(value) ? fieldsInOrder(value) : odd;
}

function itemsInOrder(items: readonly unknown[]): unknown {
  let ordered: unknown[] | undefined;
  let isNumbered = false;
  for (let i = 0; i < items.length; i += 1) {
    const item = inOrder(items[i]);
    if (item === odd) return odd;
    if (item === numbered) isNumbered = true;
    if (ordered !== undefined) ordered.push(item);
    else if (item !== items[i]) ordered = [...items.slice(0, i), item];
  }
  return isNumbered ? numbered : (ordered ?? items);
}

function fieldsInOrder(object: Readonly<Record<string, unknown>>): unknown {
  const names = Object.keys(object);
  let isSame = areInOrder(names);
  let isNumbered = false;
  if (!isSame) names.sort();
  const ordered: unknown[] = [];
  for (const name of names) {
    const field = name.isWellFormed() ? inOrder(object[name]) : odd;
    if (field === odd) return odd;
    if (field === numbered) isNumbered = true;
    isSame &&= field === object[name];
    ordered.push(field);
  }
  if (isNumbered) return numbered;
  if (isSame) return object;
  const copy = Object.fromEntries(names.map((name, i) => [name, ordered[i]]));
  return areInOrder(Object.keys(copy)) ? copy : numbered;
}

/** By UTF-16 units, as the standard has it. */
function areInOrder(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i += 1) if ((names[i - 1] ?? '') > (names[i] ?? '')) return false;
  return true;
}

/** Of what is nothing but JSON, name by name. */
function writtenByName(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writtenByName).join(',')}]`;
  if (typeof value !== 'object' || value === null || !isPlain(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${writtenByName(value[name])}`).join(',')}}`;
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}
