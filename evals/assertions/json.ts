import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { SluiceError } from '../../domain/errors.ts';
import { verdict, type Check } from './answer.ts';
import type { JavascriptSandbox } from './javascript-sandbox.ts';

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

/** Is the whole answer JSON? */
export function jsonCheck(): Check {
  return ({ output }) => {
    const parsed = parseJson(output);
    return verdict(parsed.kind === 'json', parsed.kind === 'json' ? '' : `is not JSON: ${parsed.why}`);
  };
}

/**
 * Does the answer obey the schema (draft-07, or 2020-12 where `$schema` says so)? Throws for a schema that is none; the
 * check throws `broken_measurement` where it does not end.
 */
export function schemaCheck(schema: JsonObject, sandbox: JavascriptSandbox): Check {
  compileSchema(schema);
  return async ({ output }) => {
    const answer = await sandbox.run({ kind: 'schema', schema, output });
    if (answer.kind === 'value') {
      const why = JSON.parse(answer.json ?? 'null') as string | null;
      return verdict(why === null, why ?? '');
    }
    const why = answer.kind === 'stopped' ? answer.why : answer.message;
    throw new SluiceError('broken_measurement', `An is-json assertion gave no verdict: ${why}.`);
  };
}

/** Why the text is not JSON of the schema; null where it is. */
export function whyNotOfSchema(text: string, schema: JsonObject): string | null {
  const parsed = parseJson(text);
  if (parsed.kind === 'no-json') return `is not JSON: ${parsed.why}`;
  const validate = compileSchema(schema);
  if (validate(parsed.value)) return null;
  const first = validate.errors?.[0];
  return `is JSON against the schema: ${first?.instancePath ?? ''} ${first?.message ?? ''}`.trimEnd();
}

/** Strict as promptfoo is: a keyword that no draft knows is a slip of the pen, and would constrain nothing. */
const strictness = { strict: false, strictSchema: true } as const;

const compiledSchemas = 100;
const compiled = new Map<string, ValidateFunction>();

/** Compiles a schema once a thread, however many cases have it: it takes some 5 ms, and says the same each time. */
function compileSchema(schema: JsonObject): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const ajv = schema['$schema'] === draft2020 ? new Ajv2020(strictness) : new Ajv(strictness);
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  compiled.set(key, validate);
  const [oldest] = compiled.keys();
  if (compiled.size > compiledSchemas && oldest !== undefined) compiled.delete(oldest);
  return validate;
}
