import { SluiceError } from '../domain/errors.ts';
import { shortened } from '../domain/text/shortened.ts';
import { answerBounds, assertBoundedJson } from '../domain/json-bounds.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without the fields that are undefined. */
export function defined<T extends object>(object: T): Defined<T> {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>; // fromEntries forgets the names, the filter keeps the promise
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

const kinds = {
  string: (value: JsonValue): value is string => typeof value === 'string',
  number: (value: JsonValue): value is number => typeof value === 'number',
  boolean: (value: JsonValue): value is boolean => typeof value === 'boolean',
  object: (value: JsonValue): value is JsonObject => isJsonObject(value),
  array: (value: JsonValue): value is readonly JsonValue[] => isJsonArray(value),
};

/** The value as an object. Throws `invalid_request` naming its path where it is none. */
export function objectOf(value: JsonValue | undefined, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw fieldError(path, `${path === '' ? 'The body' : `"${path}"`} must be an object.`);
}

/** The fields of what stands at `path`. Every reader throws `invalid_request` naming the path where the kind differs. */
export function fieldsOf(json: JsonValue | undefined, path: string): Fields {
  const value = objectOf(json, path);
  const taken = new Set<string>();
  const pathOf = (name: string): string => (path === '' ? name : `${path}.${name}`);

  function any(name: string): JsonValue | undefined {
    taken.add(name);
    return Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined;
  }
  function optional<T extends JsonValue>(
    name: string,
    kind: keyof typeof kinds,
    is: (v: JsonValue) => v is T,
  ): T | undefined {
    const found = any(name);
    if (found === undefined || is(found)) return found;
    throw fieldError(pathOf(name), `"${pathOf(name)}" must be ${/^[ao]/.test(kind) ? 'an' : 'a'} ${kind}.`);
  }
  function required<T>(name: string, found: T | undefined): T {
    if (found !== undefined) return found;
    throw fieldError(pathOf(name), `"${pathOf(name)}" is missing.`);
  }

  const optionalString = (name: string): string | undefined => optional(name, 'string', kinds.string);
  const optionalObject = (name: string): JsonObject | undefined => optional(name, 'object', kinds.object);
  const optionalArray = (name: string): readonly JsonValue[] | undefined =>
    optional(name, 'array', kinds.array);
  return {
    path,
    pathOf,
    any,
    optionalString,
    string: (name) => required(name, optionalString(name)),
    optionalNumber: (name) => optional(name, 'number', kinds.number),
    optionalBoolean: (name) => optional(name, 'boolean', kinds.boolean),
    optionalObject,
    object: (name) => required(name, optionalObject(name)),
    optionalArray,
    array: (name) => required(name, optionalArray(name)),
    rest: () =>
      Object.fromEntries(Object.entries(value).filter(([name, found]) => !taken.has(name) && found !== null)),
  };
}

/** JSON text as a value. Throws `invalid_request` naming what it was to be, where it is none or nested beyond all bounds. */
export function parseJson(text: string, what: string): JsonValue {
  assertBoundedJson(Buffer.from(text), what, answerBounds);
  try {
    return JSON.parse(text) as JsonValue; // what JSON.parse returns is a JSON value
  } catch (error) {
    throw new SluiceError('invalid_request', `${what} is no JSON.`, { cause: error });
  }
}
