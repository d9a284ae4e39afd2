import { SluiceError } from '../domain/errors.ts';
import { shortened } from '../domain/text/shortened.ts';
import { answerBounds, assertBoundedJson } from '../domain/json-bounds.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { setField } from '../domain/set-field.ts';

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

// Loops over names cost a third of those over entries, and each request has some twenty.

/** The object without the fields that are undefined. */
export function defined<T extends object>(object: T): Defined<T> {
  const kept: Record<string, unknown> = {};
  for (const name in object) if (object[name] !== undefined) setField(kept, name, object[name]);
  return kept as Defined<T>; // the names are forgotten here, the loop keeps the promise
}

/** The fields of a JSON object that pass. */
export function fieldsWhere(
  object: JsonObject,
  passes: (name: string, value: JsonValue) => boolean,
): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const name in object) {
    const value = object[name];
    if (value !== undefined && passes(name, value)) setField(kept, name, value);
  }
  return kept;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Characters of the name of a field: it may be as long as a caller likes. */
const longestParam = 200;

/** An `invalid_request` that names the field at fault. */
export function fieldError(param: string, message: string, remedy?: string): SluiceError {
  return new SluiceError('invalid_request', message, {
    ...defined({ remedy }),
    details: { param: shortened(param, longestParam) },
  });
}

/** The fields of a JSON object, read by name and kind. `null` counts as absent, as all three protocols have it. */
export interface Fields {
  readonly path: string;
  pathOf(name: string): string;
  optionalString(name: string): string | undefined;
  string(name: string): string;
  optionalNumber(name: string): number | undefined;
  optionalBoolean(name: string): boolean | undefined;
  optionalObject(name: string): JsonObject | undefined;
  object(name: string): JsonObject;
  optionalArray(name: string): readonly JsonValue[] | undefined;
  array(name: string): readonly JsonValue[];
  /** Whatever it is. */
  any(name: string): JsonValue | undefined;
  /** The fields that nobody has read, but those that are null. */
  rest(): JsonObject;
}

/** The value as an object. Throws `invalid_request` naming its path where it is none. */
export function objectOf(value: JsonValue | undefined, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw fieldError(path, `${path === '' ? 'The body' : `"${path}"`} must be an object.`);
}

/** The fields of what stands at `path`. Every reader throws `invalid_request` naming the path where the kind differs. */
export function fieldsOf(json: JsonValue | undefined, path: string): Fields {
  return new FieldsOfObject(objectOf(json, path), path);
}

/** A class, where closures would do: some are made of each piece of an answer, and a dozen closures cost as many allocations. */
class FieldsOfObject implements Fields {
  readonly path: string;
  readonly #value: JsonObject;
  readonly #taken: string[] = [];

  constructor(value: JsonObject, path: string) {
    this.#value = value;
    this.path = path;
  }

  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  any(name: string): JsonValue | undefined {
    this.#taken.push(name);
    return Object.hasOwn(this.#value, name) ? (this.#value[name] ?? undefined) : undefined;
  }

  optionalString(name: string): string | undefined {
    const found = this.any(name);
    return found === undefined || typeof found === 'string' ? found : this.#refuse(name, 'a string');
  }

  string(name: string): string {
    return this.optionalString(name) ?? this.#miss(name);
  }

  optionalNumber(name: string): number | undefined {
    const found = this.any(name);
    return found === undefined || typeof found === 'number' ? found : this.#refuse(name, 'a number');
  }

  optionalBoolean(name: string): boolean | undefined {
    const found = this.any(name);
    return found === undefined || typeof found === 'boolean' ? found : this.#refuse(name, 'a boolean');
  }

  optionalObject(name: string): JsonObject | undefined {
    const found = this.any(name);
    return found === undefined || isJsonObject(found) ? found : this.#refuse(name, 'an object');
  }

  object(name: string): JsonObject {
    return this.optionalObject(name) ?? this.#miss(name);
  }

  optionalArray(name: string): readonly JsonValue[] | undefined {
    const found = this.any(name);
    return found === undefined || isJsonArray(found) ? found : this.#refuse(name, 'an array');
  }

  array(name: string): readonly JsonValue[] {
    return this.optionalArray(name) ?? this.#miss(name);
  }

  rest(): JsonObject {
    return fieldsWhere(this.#value, (name, found) => !this.#taken.includes(name) && found !== null);
  }

  #refuse(name: string, kind: string): never {
    throw fieldError(this.pathOf(name), `"${this.pathOf(name)}" must be ${kind}.`);
  }

  #miss(name: string): never {
    throw fieldError(this.pathOf(name), `"${this.pathOf(name)}" is missing.`);
  }
}

/** Are there more brackets than so many, wherever they stand? Fewer cannot be nested deeper: most texts are known by that. */
function opensMore(text: string, most: number): boolean {
  let opened = 0;
  for (const bracket of ['{', '['])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      opened += 1;
      if (opened > most) return true;
    }
  return false;
}

/** In characters: `"":1,` is the shortest name with its value. */
const shortestOfManyNames = 5 * answerBounds.names;

/** JSON text as a value. Throws `invalid_request` naming what it was to be, where it is none or beyond all bounds. */
export function parseJson(text: string, what: string): JsonValue {
  if (text.length > shortestOfManyNames || opensMore(text, answerBounds.depth))
    assertBoundedJson(Buffer.from(text), what, answerBounds);
  try {
    return JSON.parse(text) as JsonValue; // what JSON.parse returns is a JSON value
  } catch (error) {
    throw new SluiceError('invalid_request', `${what} is no JSON.`, { cause: error });
  }
}
