import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../domain/json.ts';

const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

/** Strict as promptfoo is: a keyword that no draft knows is a slip of the pen, and would constrain nothing. */
const strictness = { strict: false, strictSchema: true } as const;

const compiledSchemas = 100;
const compiled = new Map<string, ValidateFunction>();

/**
 * Why the text is not JSON of the schema (draft-07, or 2020-12 where `$schema` says so); null where it is. Throws for a
 * schema that is none. For a process that may be killed: its expressions and references may never come to an end.
 */
export function whyNotOfSchema(text: string, schema: JsonObject): string | null {
  const validate = compileSchema(schema);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `is not JSON: ${(error as SyntaxError).message}`;
  }
  if (validate(value)) return null;
  const first = validate.errors?.[0];
  return `is JSON against the schema: ${first?.instancePath ?? ''} ${first?.message ?? ''}`.trimEnd();
}

/**
 * Compiles a schema once a process, however many cases have it: it takes some 5 ms, and says the same each time. Throws for
 * one that is none.
 */
export function compileSchema(schema: JsonObject): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const ajv = schema['$schema'] === draft2020 ? new Ajv2020(strictness) : new Ajv(strictness);
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  // It would answer by a promise, which nobody waits for.
  if ('$async' in validate) throw new Error('"$async" is not taken: an answer is judged at once');
  compiled.set(key, validate);
  const [oldest] = compiled.keys();
  if (compiled.size > compiledSchemas && oldest !== undefined) compiled.delete(oldest);
  return validate;
}
