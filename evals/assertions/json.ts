import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { verdict, type Check } from './answer.ts';

/** Parses without throwing. */
export function parseJson(
  text: string,
): { readonly kind: 'json'; readonly value: JsonValue } | { readonly kind: 'no-json'; readonly why: string } {
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
 * Does the answer obey the schema (draft-07, or 2020-12 where `$schema` says so)? Asked in the sandbox, since a schema has
 * expressions and references that may never come to an end. The check throws `broken_measurement` where it says nothing.
 */
export function schemaCheck(schema: JsonObject, sandbox: Sandbox): Check {
  return async ({ output }) => {
    const answer = await sandbox.run({ kind: 'schema', schema, text: output });
    if (answer.kind === 'value') {
      const why = JSON.parse(answer.json ?? 'null') as string | null;
      return verdict(why === null, why ?? '');
    }
    const why = answer.kind === 'stopped' ? answer.why : answer.message;
    throw new SluiceError('broken_measurement', `An is-json assertion gave no verdict: ${why}.`);
  };
}
