import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../domain/json.ts';

/** Is the value by the schema? True also where nobody can tell. */
export type IsBySchema = (value: unknown) => boolean;

/** Patterns are not looked at: one that a team has written may take as long as it likes, and gateways answer others. */
const unasked = ['pattern', 'patternProperties', 'uniqueItems'] as const;
const anything = Object.assign(() => ({ test: () => true }), { code: '() => ({ test: () => true })' });

const checks = new WeakMap<JsonObject, IsBySchema>();

/**
 * Compiles a revision's schema once; without patterns, formats and uniqueness. One that does not compile, or that refers to
 * others by address, is by nobody's schema: everything is.
 */
export function schemaCheck(schema: JsonObject): IsBySchema {
  const known = checks.get(schema);
  if (known !== undefined) return known;
  const made = compiled(schema);
  checks.set(schema, made);
  return made;
}

function compiled(schema: JsonObject): IsBySchema {
  try {
    const validate = createValidator().compile(schema);
    return (value) => {
      try {
        return validate(value);
      } catch {
        return true; // Nested deeper than the stack is.
      }
    };
  } catch {
    return () => true;
  }
}

function createValidator(): Ajv2020 {
  const validator = new Ajv2020({
    ...{ strict: false, validateFormats: false, validateSchema: false, addUsedSchema: false, logger: false },
    code: { regExp: anything },
  });
  for (const keyword of unasked) validator.removeKeyword(keyword);
  return validator;
}
