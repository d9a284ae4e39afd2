import canonicalize from 'canonicalize';

/**
 * The canonical JSON (RFC 8785) of a value; undefined where it has none. That is what the engine itself writes of a value
 * whose fields are in order, at a tenth of the work. What is no JSON, writes itself or has
 * half of a pair is left to the library.
 */
export function canonicalJson(value: unknown): string | undefined {
  const ordered = inOrder(value);
  if (ordered !== odd && ordered !== numbered) return JSON.stringify(ordered);
  const written = ordered === odd ? odd : writtenByName(value, new Map());
  return written === odd ? canonicalize(value) : written;
}

/** What is left to the library. */
const odd = Symbol('odd');
/** What is written name by name: it has very many names, or such that are numbers, which the engine writes first in whatever order they are put, or one that sets a prototype. */
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

/** So many names are in order sooner than the engine's sort has begun; more are put in order once, where they are written. */
const few = 8;

function fieldsInOrder(object: Readonly<Record<string, unknown>>): unknown {
  const names = Object.keys(object);
  let copy: Record<string, unknown> | undefined;
  let isNumbered = false;
  if (!areInOrder(names)) {
    // What else it has is found where it is written.
    if (names.length > few || names.some(isPutElsewhere)) return numbered;
    sort(names);
    copy = {};
  }
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] ?? '';
    const field = name.isWellFormed() ? inOrder(object[name]) : odd;
    if (field === odd) return odd;
    if (field === numbered || name === '__proto__') isNumbered = true;
    if (isNumbered) continue;
    if (copy === undefined && field !== object[name]) copy = firstOf(object, names, i);
    if (copy !== undefined) copy[name] = field;
  }
  return isNumbered ? numbered : (copy ?? object);
}

function firstOf(object: Readonly<Record<string, unknown>>, names: readonly string[], count: number) {
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < count; i += 1) copy[names[i] ?? ''] = object[names[i] ?? ''];
  return copy;
}

/** By UTF-16 units, as the standard has it. */
function areInOrder(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i += 1) if ((names[i - 1] ?? '') > (names[i] ?? '')) return false;
  return true;
}

function sort(names: string[]): void {
  if (names.length > few) {
    names.sort();
    return;
  }
  for (let i = 1; i < names.length; i += 1) {
    const name = names[i] ?? '';
    let k = i;
    for (; k > 0 && (names[k - 1] ?? '') > name; k -= 1) names[k] = names[k - 1] ?? '';
    names[k] = name;
  }
}

/** Does it begin as a number does? */
function isPutElsewhere(name: string): boolean {
  const code = name.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}

/** Name by name; names of small objects are kept as they were written, since they come again. */
function writtenByName(value: unknown, written: Map<string, string>): string | typeof odd {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : odd;
  if (typeof value === 'string') return value.isWellFormed() ? JSON.stringify(value) : odd;
  if (typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return itemsByName(value, written);
  return typeof value === 'object' && isPlain(value) ? fieldsByName(value, written) : odd;
}

function itemsByName(items: readonly unknown[], written: Map<string, string>): string | typeof odd {
  let text = '[';
  for (let i = 0; i < items.length; i += 1) {
    const item = writtenByName(items[i], written);
    if (item === odd) return odd;
    text += i === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function fieldsByName(
  object: Readonly<Record<string, unknown>>,
  written: Map<string, string>,
): string | typeof odd {
  const names = Object.keys(object);
  sort(names);
  const isSmall = names.length <= few;
  let text = '{';
  for (const name of names) {
    let before = isSmall ? written.get(name) : undefined;
    if (before === undefined) {
      if (!name.isWellFormed()) return odd;
      before = `${JSON.stringify(name)}:`;
      if (isSmall) written.set(name, before);
    }
    const field = writtenByName(object[name], written);
    if (field === odd) return odd;
    text += text.length === 1 ? before : `,${before}`;
    text += field;
  }
  return `${text}}`;
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}
