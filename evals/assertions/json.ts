import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { verdict, type Check } from './answer.ts';

const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

/** Parses without throwing. */
export function parseJson(
  text: string,
): { kind: 'json'; value: JsonValue } | { kind: 'no-json'; why: string } {
  try {
    return { kind: 'json', value: JSON.parse(text) as JsonValue };
  } catch (error) {
    return { kind: 'no-json', why: (error as SyntaxError).message };
  }
}

/**
 * Is the whole answer JSON, and does it obey the schema (draft-07, or 2020-12 where `$schema` says so)?
 * Throws for a schema that is none.
 */
export function jsonCheck(schema: JsonObject | undefined): Check {
  const validate = schema === undefined ? undefined : compileSchema(schema);
  return ({ output }) => {
    const parsed = parseJson(output);
    if (parsed.kind === 'no-json') return verdict(false, `is not JSON: ${parsed.why}`);
    if (validate === undefined || validate(parsed.value)) return verdict(true, '');
    const first = validate.errors?.[0];
    return verdict(
      false,
      `is JSON against the schema: ${first?.instancePath ?? ''} ${first?.message ?? ''}`.trimEnd(),
    );
  };
}

/** Strict as promptfoo is: a keyword that no draft knows is a slip of the pen, and would constrain nothing. */
const strictness = { strict: false, strictSchema: true } as const;

function compileSchema(schema: JsonObject): ValidateFunction {
  const ajv = schema['$schema'] === draft2020 ? new Ajv2020(strictness) : new Ajv(strictness);
  addFormats.default(ajv);
  return ajv.compile(schema);
}
