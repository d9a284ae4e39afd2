import type { JsonObject, JsonValue } from '../../domain/json.ts';

const opening = /\{\{|\{%|\{#/;
const reference = /^\{\{[ \t\r\n]*([A-Za-z_]\w*)[ \t\r\n]*\}\}/;
const references = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
/** Words that a template reads as something else than a variable's name. */
const keywords = new Set(['true', 'false', 'none', 'null', 'not', 'and', 'or', 'in', 'is', 'if', 'else']);

export type Interpolated = { kind: 'text'; text: string } | { kind: 'problem'; message: string };

/**
 * Puts a test's variables into an assertion's text: `{{name}}` and nothing else of promptfoo's templates (nunjucks), read
 * from the left as those are. What was put in is not read again.
 */
export function interpolate(text: string, variables: JsonObject): Interpolated {
  const parts: string[] = [];
  for (let rest = text; ;) {
    const at = rest.search(opening);
    if (at === -1) return { kind: 'text', text: [...parts, rest].join('') };
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
    const [written = '', name = ''] = reference.exec(rest) ?? [];
    if (written === '' || keywords.has(name)) {
      return { kind: 'problem', message: `has a template that is not plain {{name}}: ${rest.slice(0, 80)}` };
    }
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!isScalar(value)) {
      return { kind: 'problem', message: `names {{${name}}}, which is no text or number in the vars` };
    }
    parts.push(String(value));
    rest = rest.slice(written.length);
  }
}

/** Would promptfoo put something into this text? */
export function hasTemplate(text: string): boolean {
  return opening.test(text);
}

/** The names of other variables that a variable's text refers to: promptfoo would put them in, Sluice sends it as it is. */
export function referencesWithin(text: string, variables: JsonObject): string[] {
  return [...text.matchAll(references)]
    .map(([, name]) => name ?? '')
    .filter((name) => Object.hasOwn(variables, name));
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
