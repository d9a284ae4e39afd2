import type { JsonObject, JsonValue } from '../../domain/json.ts';

/** From one place on. */
const reference = /\{\{[ \t\r\n]*[A-Za-z_]\w*[ \t\r\n]*\}\}/y;
const references = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
/** Words that a template reads as something else than a variable's name. */
const keywords = new Set(['true', 'false', 'none', 'null', 'not', 'and', 'or', 'in', 'is', 'if', 'else']);

export type Interpolated =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'problem'; readonly message: string };

/**
 * Puts a test's variables into an assertion's text: `{{name}}` and nothing else of promptfoo's templates (nunjucks), read
 * from the left as those are. What was put in is not read again.
 */
export function interpolate(text: string, variables: JsonObject): Interpolated {
  let filled = '';
  let copied = 0;
  /** By how they are written: a text may have one of them very many times. */
  const values = new Map<string, string>();
  let [written, value] = ['', ''];
  for (let at = openingFrom(text, 0); at !== -1; at = openingFrom(text, copied)) {
    // Mostly it is the one before again.
    if (written === '' || !text.startsWith(written, at)) {
      written = referenceAt(text, at);
      const known = values.get(written);
      const name = known === undefined ? written.slice(2, -2).trim() : '';
      if (written === '' || keywords.has(name)) {
        return {
          kind: 'problem',
          message: `has a template that is not plain {{name}}: ${text.slice(at, at + 80)}`,
        };
      }
      const scalar = known ?? scalarOf(variables, name);
      if (scalar === undefined)
        return { kind: 'problem', message: `names {{${name}}}, which is no text or number in the vars` };
      if (known === undefined) values.set(written, scalar);
      value = scalar;
    }
    filled += at === copied ? value : text.slice(copied, at) + value;
    copied = at + written.length;
  }
  return { kind: 'text', text: copied === 0 ? text : filled + text.slice(copied) };
}

/** As it is put into a text; undefined where it is none. */
function scalarOf(variables: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return isScalar(value) ? String(value) : undefined;
}

/** The reference that begins there, with its braces; empty where something else does. */
function referenceAt(text: string, at: number): string {
  reference.lastIndex = at;
  return reference.test(text) ? text.slice(at, reference.lastIndex) : '';
}

const [brace, percent, hash] = [0x7b, 0x25, 0x23];

/** Does it open a template behind a brace? */
function opens(code: number): boolean {
  return code === brace || code === percent || code === hash;
}

/** Where the next template opens; -1 where none does. */
function openingFrom(text: string, from: number): number {
  let at = text.charCodeAt(from) === brace ? from : text.indexOf('{', from);
  while (at !== -1 && !opens(text.charCodeAt(at + 1))) at = text.indexOf('{', at + 1);
  return at;
}

/** Would promptfoo put something into this text? */
export function hasTemplate(text: string): boolean {
  return openingFrom(text, 0) !== -1;
}

/** The names of other variables that a variable's text refers to: promptfoo would put them in, Sluice sends it as it is. */
export function referencesWithin(text: string, variables: JsonObject): string[] {
  const names: string[] = [];
  for (let found = references.exec(text); found !== null; found = references.exec(text))
    if (found[1] !== undefined && Object.hasOwn(variables, found[1])) names.push(found[1]);
  return names;
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
