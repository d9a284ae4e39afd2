import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Random } from './random.ts';

/**
 * What both are asked: a suite with one test, the files that it names, and the answer that a model gives. The variables
 * and files that all inputs share are left out.
 */
export interface Input {
  suite: JsonObject;
  files?: Record<string, string>;
  output: string;
  latencyMs: number;
  costUsd: number;
  finishReason?: string;
}

/** Of every test that stands in the suite itself and names none. */
export const variables: JsonObject = {
  message: 'hi',
  name: 'card',
  n: 5,
  f: 1.5,
  b: true,
  empty: '',
  pair: 'a, b',
  dollar: '$&',
  spaced: ' card ',
};

/** Texts to look for. */
const plainTexts: readonly string[] = [
  ...['card', 'Card', 'CARD', 'the secret', 'The secret ', ' a', 'a', 'b', '5', '5.0', '1.5', 'true', 'null'],
  ...[
    'é',
    'É',
    'ß',
    'İ',
    'line\nbreak',
    'tab\t',
    '{"a":1}',
    '[1, 2]',
    '"a"',
    '$&',
    'a.b',
    '  ',
    '{',
    '}}',
    '{a}',
  ],
];

/** Texts that mean something to a template, or look as if they did. */
const templates: readonly string[] = [
  ...[
    '{{name}}',
    '{{ name }}',
    '{{n}}',
    '{{f}}',
    '{{b}}',
    '{{empty}}',
    '{{pair}}',
    '{{dollar}}',
    '{{spaced}}',
  ],
  ...[
    'a {{name}} b',
    '{{name}}{{n}}',
    '{{{name}}}',
    '{{missing}}',
    '{{ true }}',
    '{{ none }}',
    '{{name}}}',
    '{ {name} }',
  ],
  ...[
    '{{name',
    '{{ name | upper }}',
    '{{-name-}}',
    '{% if b %}a{% endif %}',
    '{# note #}a',
    '{{obj}}',
    '{{"a"}}',
  ],
];

/** Mostly a plain one. */
export function textOf({ pick, chance }: Random): string {
  return chance(0.9) ? pick(plainTexts) : pick(templates);
}

/** Lists of texts written as one. */
export const lists: readonly string[] = [
  ...[
    'a',
    'a, b',
    'a,b',
    ' a , b ',
    'a,,b',
    ',',
    '"a, b", c',
    '"a""b", c',
    '"a" , b',
    '"a',
    '"a" b',
    'a "b" c',
  ],
  ...[
    '{{name}}, z',
    '{{pair}}',
    '"{{pair}}"',
    'card,Card',
    'a\nb',
    '""',
    '"", z',
    'x, "line\nbreak"',
    "'a', b",
  ],
];

export const expressions: readonly string[] = [
  ...[
    'card',
    '^card$',
    '^$',
    '.',
    '\\d+',
    '[a-z]+$',
    'a{1,2}',
    '(',
    '[',
    '(?i)card',
    '(?:a|b)',
    '\\bcard\\b',
    'é',
  ],
  ...[
    '{{name}}',
    '^{{name}}$',
    'x{{n}}',
    '\\{\\{',
    'a{{2}}',
    'line.break',
    'line[^]break',
    '\\u00e9',
    '*',
    'a**',
  ],
];

export const schemas: readonly JsonValue[] = [
  ...[{}, { type: 'object' }, { type: 'array' }, { type: 'nonsense' }, { requried: ['a'] }, true, [], ''],
  { type: 'object', required: ['a'], properties: { a: { type: 'number' } } },
  { type: 'object', properties: { a: { type: 'string', format: 'email' } } },
  { type: 'string', format: 'emial' },
  { type: 'string', pattern: '(' },
  { $ref: '#/definitions/a', definitions: { a: { type: 'array' } } },
  { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' },
  { type: ['object', 'null'], additionalProperties: false },
  ...[
    'type: object',
    '{"type": "array", "minItems": 2}',
    'type: [',
    '{{name}}',
    'type: {{name}}',
    'on: 2026-01-01',
  ],
];

/** Code of a team: what is right, what is odd, and what breaks. */
export const codes: readonly string[] = [
  ...[
    'output === "card"',
    'output.length < 5',
    'output.includes(context.vars.name)',
    'true',
    'false',
    '1',
    '0',
  ],
  ...[
    '0.25',
    '-1',
    '2',
    'output.length',
    'Number(output)',
    'JSON.parse(output).a === 1',
    'context.vars.n > 4',
  ],
  ...[
    'missing > 1',
    'null.a',
    'context.test.vars.n',
    '"yes"',
    'undefined',
    'null',
    '({})',
    '[]',
    '0 / 0',
    '1 / 0',
  ],
  ...['({ pass: true, score: 0.5, reason: "half" })', '({ pass: false, score: 0.5, reason: "half" })'],
  ...[
    '({ pass: false, score: 0, reason: "" })',
    '({ pass: true })',
    '({ pass: output === "card", score: 1 })',
  ],
  ...[
    'const s = output; s === "card"',
    "const s = 'a;b'; s.length === 3",
    'const s = "it\\"s;"; s.length > 2;',
  ],
  ...['let a = 1, b = 2; a < b;', 'const a = 1', 'var x = output; if (x) { true }', 'const a = 1; return a'],
  ...[
    'const n = output.length\nreturn n > 3',
    'output === "card"\n',
    '\noutput === "card"',
    '  output === "card"  ',
  ],
  ...['output === "card";;', 'return output === "card"', 'const a = 1\na > 0', 'output === "card" // a note'],
  ...[
    'Promise.resolve(output === "card")',
    'Promise.reject(new Error("no"))',
    'throw new Error("no")',
    'output ===',
  ],
  ...[
    'output === "{{name}}"',
    'output === "{{missing}}"',
    '(() => output === "card")()',
    '`${output};` === "card;"',
  ],
  ...[
    'const f = () => { return output === "card" }; f()',
    'output == "card" && {pass: true, score: 1, reason: "x"}',
  ],
  ...[
    '/;/.test(output)',
    'const r = /;/; r.test(output)',
    'if (output === "card") { return true }\nreturn 0.5',
  ],
  ...[
    '}), (() => {',
    'true) || (true',
    'process.env.HOME',
    'require("fs")',
    'import("fs")',
    'await 1',
    'yield',
    'let',
  ],
];

/** Answers that have to do with the texts above, or not. */
export const outputs: readonly string[] = [
  ...[
    'card',
    'Card',
    'the secret',
    'The secret ',
    'my card is a, b',
    'a',
    'b',
    'a, b',
    '5',
    '5.0',
    '1.5',
    'true',
  ],
  ...[
    'null',
    '{"a":1}',
    '{"a": 2}',
    '{"a":"x"}',
    '{ "a": 1 }',
    '[1,2]',
    '[1]',
    '"a"',
    'é É',
    'ß',
    'i̇',
    'line\nbreak',
  ],
  ...[
    'z',
    ' ',
    '{{name}}',
    '$&',
    'undefined',
    '-0',
    'a"b',
    'card5',
    ' card ',
    '{"a":1} and more',
    '12345',
    'a;b',
  ],
];
