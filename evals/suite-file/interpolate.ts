import type { JsonObject, JsonValue } from '../../domain/json.ts';

const reference = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const leftOver = /\{\{|\{%|\{#/;

export type Interpolated = { kind: 'text'; text: string } | { kind: 'problem'; message: string };

/**
 * Puts a test's variables into an assertion's text: `{{name}}` and nothing else of promptfoo's templates. What was put
 * in is not read again.
 */
export function interpolate(text: string, variables: JsonObject): Interpolated {
  if (leftOver.test(text.replaceAll(reference, ''))) {
    return { kind: 'problem', message: `has a template that is not plain {{name}}: ${text.slice(0, 80)}` };
  }
  const names = [...text.matchAll(reference)].map(([, name]) => name ?? '');
  const unfit = names.find((name) => !isScalar(variables[name]));
  if (unfit !== undefined) {
    return { kind: 'problem', message: `names {{${unfit}}}, which is no text or number in the vars` };
  }
  return { kind: 'text', text: text.replaceAll(reference, (_, name: string) => scalarText(variables[name])) };
}

/** The names of other variables that a variable's text refers to: promptfoo would put them in, Sluice sends it as it is. */
export function referencesWithin(text: string, variables: JsonObject): string[] {
  return [...text.matchAll(reference)]
    .map(([, name]) => name ?? '')
    .filter((name) => Object.hasOwn(variables, name));
}

type Scalar = string | number | boolean;

function isScalar(value: JsonValue | undefined): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function scalarText(value: JsonValue | undefined): string {
  return isScalar(value) ? String(value) : '';
}
